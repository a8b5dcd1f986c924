import CommentCore

/// Something done to all jobs of a batch.
struct BatchChange: Sendable {
  private static let pageSize = 1000

  /// What came of it.
  struct Outcome: Codable, Sendable, Equatable {
    var batch: BatchView
    /// Jobs that were changed.
    var changed: Int
  }

  let jobs: any JobStore
  let batch: JobBatch

  /// Cancels what is queued or running.
  func cancel() async throws -> Outcome {
    try await each(of: [.queued, .running]) { _ = try await jobs.cancel($0.id, owner: batch.owner) }
  }

  /// Takes up again what has failed or was cancelled, but for what another job does.
  func retry() async throws -> Outcome {
    try await each(of: [.failed, .cancelled]) { _ = try await jobs.retry($0.id, owner: batch.owner) }
  }

  private func each(of states: Set<Job.State>, _ body: (JobSummary) async throws -> Void) async throws -> Outcome {
    var (changed, last): (Int, String?) = (0, nil)
    while true {
      let page = try await jobs.jobs(
        JobFilter(owner: batch.owner, states: states, batch: batch.id, before: last, limit: Self.pageSize))
      for job in page {
        do {
          try await body(job)
          changed += 1
        } catch let error as CommentBotError where [.usage, .conflict, .notFound].contains(error.code) {
          // It has changed meanwhile.
        }
      }
      last = page.last?.id
      if page.count < Self.pageSize { break }
    }
    let batch = try await jobs.batch(batch.id, owner: batch.owner)
    return Outcome(batch: BatchView(batch), changed: changed)
  }
}
