import CommentCore
import Foundation

/// What commands do with jobs, here or on a server. All methods throw ``CommentBotError``.
protocol JobDesk: Sendable {
  /// Jobs, the newest first.
  func jobs(_ query: JobQuery) async throws -> JobPage
  /// A job with its attempts.
  func job(_ id: String) async throws -> JobView
  func cancel(_ id: String) async throws -> JobView
  func retry(_ id: String) async throws -> JobView
  /// - Parameter fields: options by the command line's names, and `batch`, `priority`, `callback_url`.
  /// - Returns: the job, and whether it is new.
  func submit(_ file: URL, _ fields: [String: String]) async throws -> (job: JobView, isNew: Bool)
  func makeBatch(name: String?) async throws -> BatchView
  /// Batches, the newest first.
  /// - Parameter cursor: the `next` of the page before.
  func batches(cursor: String?, limit: Int) async throws -> BatchPage
  func batch(_ id: String) async throws -> BatchView
  /// Cancels what of it is queued or running.
  func cancelBatch(_ id: String) async throws -> BatchChange.Outcome
  /// Takes up again what of it has failed or was cancelled.
  func retryBatch(_ id: String) async throws -> BatchChange.Outcome
}

/// Which jobs a command lists.
struct JobQuery: Sendable {
  var states: [Job.State] = []
  var batch: String?
  var cursor: String?
  var limit = 50
}
