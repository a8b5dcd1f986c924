import Foundation
import Synchronization

@testable import CommentCore

/// Heartbeats that do not get through.
final class Misses: Sendable {
  let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  func take() -> Bool {
    left.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
  }
}

/// A store whose heartbeats may fail.
struct MuteStore: JobStore {
  let store: SQLiteJobStore
  let misses: Misses

  func heartbeat(_ lease: Lease, _ pulse: JobPulse) async throws -> HeartbeatAnswer {
    if misses.take() { throw CommentBotError(.busy, "write to", "x", cause: "of a test") }
    return try await store.heartbeat(lease, pulse)
  }
  func submit(_ submission: JobSubmission) async throws -> (job: Job, isNew: Bool) {
    try await store.submit(submission)
  }
  func claim(by worker: String) async throws -> ClaimedJob? { try await store.claim(by: worker) }
  func finish(_ lease: Lease, _ outcome: JobOutcome) async throws -> Bool { try await store.finish(lease, outcome) }
  func pulses() async throws -> [LeasePulse] { try await store.pulses() }
  func expire(_ pulse: LeasePulse) async throws -> Bool { try await store.expire(pulse) }
  func cancel(_ id: String, owner: String) async throws -> Job { try await store.cancel(id, owner: owner) }
  func retry(_ id: String, owner: String) async throws -> Job { try await store.retry(id, owner: owner) }
  func forget(audioHash: String, owner: String) async throws -> Int { 0 }
  func prune(events: Date, jobs: Date) async throws -> JobPruning { JobPruning() }
  func job(_ id: String, owner: String) async throws -> Job { try await store.job(id, owner: owner) }
  func source(ofAudio audioHash: String, owner: String) async throws -> JobOrder? { nil }
  func jobs(_ filter: JobFilter) async throws -> [JobSummary] { try await store.jobs(filter) }
  func history(of id: String, owner: String) async throws -> JobHistory {
    try await store.history(of: id, owner: owner)
  }
  func events(of subject: JobEventSubject, after sequence: Int64, limit: Int) async throws -> [JobEvent] { [] }
  func newestEvent() async throws -> Int64 { 0 }
  func makeBatch(name: String?, owner: String) async throws -> JobBatch {
    try await store.makeBatch(name: name, owner: owner)
  }
  func batch(_ id: String, owner: String) async throws -> JobBatch { try await store.batch(id, owner: owner) }
  func batches(owner: String, before: String?, limit: Int) async throws -> [JobBatch] { [] }
  func counts() async throws -> JobCounts { try await store.counts() }
  func depth(owner: String, upTo limit: Int) async throws -> Int { 0 }
}
