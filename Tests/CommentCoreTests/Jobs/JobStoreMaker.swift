import Foundation
import Synchronization
import Testing

@testable import CommentCore

/// A kind of store that has to pass the conformance suite: a new one is added to ``all``.
struct JobStoreMaker: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Gives the work a new store whose time is the clock's.
  let with: @Sendable (JobClock, (any JobStore) async throws -> Void) async throws -> Void

  static let all = [
    JobStoreMaker(testDescription: "SQLite") { clock, work in
      try await withTemporaryFolder { folder in
        let library = try Library(at: folder.appending(path: "library.sqlite"), now: { clock.now })
        // The whole jitter, so that the longest wait is known.
        try await work(
          SQLiteJobStore(library, backoff: JobBackoff(base: 10, cap: 60, snooze: 30), random: { 1 }))
      }
    }
  ]
}

/// A time that only moves when it is told to.
final class JobClock: Sendable {
  private let time = Mutex(Date(timeIntervalSince1970: 1_700_000_000))

  var now: Date { time.withLock(\.self) }

  func advance(by seconds: Double) { time.withLock { $0 += seconds } }
}

extension JobSubmission {
  /// `audio` begins the hash.
  static func make(
    _ audio: String = "a", owner: String = "ann", kind: Job.Kind = .process, priority: Int = 0, maxAttempts: Int = 5,
    batch: String? = nil, key: String? = nil, options: JobOptions = JobOptions(), version: String = "1"
  ) -> JobSubmission {
    let hash = audio + String(repeating: "0", count: 64 - audio.count)
    return JobSubmission(
      owner: owner, kind: kind, order: JobOrder(name: "talk", audioHash: hash, byteCount: 1, options: options),
      priority: priority, maxAttempts: maxAttempts, batch: batch, idempotencyKey: key, version: version)
  }

  static func make(number: Int, owner: String = "ann", batch: String? = nil) -> JobSubmission {
    make("a" + String(1_000_000 + number), owner: owner, batch: batch)
  }
}

extension JobResult {
  static func make(commentFailure: CommentBotError? = nil) -> JobResult {
    JobResult(recording: "r", transcriptKey: "t", report: ProcessReport(), commentFailure: commentFailure)
  }
}

extension CommentBotError {
  static let ofATest = CommentBotError(.serverError, "ask", "x", cause: "of a test")
}

extension JobStore {
  /// Claims what must be there.
  func mustClaim(by worker: String = "w") async throws -> ClaimedJob { try #require(try await claim(by: worker)) }

  func hasNothing() async throws -> Bool { try await claim(by: "w") == nil }

  /// All states that the job went through.
  func path(of id: String) async throws -> [String] {
    try await events(of: .job(id), after: 0, limit: 1000).filter { $0.kind == .state }.map {
      try JSONText.decode(StateData.self, from: $0.data).state
    }
  }
}

private struct StateData: Decodable {
  var state: String
}
