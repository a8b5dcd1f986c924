import CommentCore

/// Where there is no store of jobs.
struct NoJobStore: JobStore {
  private var missing: CommentBotError {
    CommentBotError(.configuration, "use", "the store of jobs", cause: "there is none")
  }

  func submit(_ submission: JobSubmission) async throws -> (job: Job, isNew: Bool) { throw missing }
  func claim(by worker: String) async throws -> ClaimedJob? { throw missing }
  func heartbeat(_ lease: Lease, _ pulse: JobPulse) async throws -> HeartbeatAnswer { throw missing }
  func finish(_ lease: Lease, _ outcome: JobOutcome) async throws -> Bool { throw missing }
  func pulses() async throws -> [LeasePulse] { throw missing }
  func expire(_ pulse: LeasePulse) async throws -> Bool { throw missing }
  func cancel(_ id: String, owner: String) async throws -> Job { throw missing }
  func retry(_ id: String, owner: String) async throws -> Job { throw missing }
  func job(_ id: String, owner: String) async throws -> Job { throw missing }
  func jobs(_ filter: JobFilter) async throws -> [Job] { throw missing }
  func attempts(of id: String) async throws -> [JobAttempt] { throw missing }
  func events(of subject: JobEventSubject, after sequence: Int64, limit: Int) async throws -> [JobEvent] {
    throw missing
  }
  func makeBatch(name: String?, owner: String) async throws -> JobBatch { throw missing }
  func batch(_ id: String, owner: String) async throws -> JobBatch { throw missing }
  func batches(owner: String, limit: Int) async throws -> [JobBatch] { throw missing }
  func counts() async throws -> JobCounts { throw missing }
  func depth(owner: String) async throws -> Int { throw missing }
}
