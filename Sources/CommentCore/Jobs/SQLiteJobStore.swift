import Crypto
import Foundation
import GRDB

/// The queue in the library's own file.
///
/// Every write is `BEGIN IMMEDIATE`, as GRDB begins all of its writes: one that read first and wrote then would fail at
/// once when another process has written in between.
public struct SQLiteJobStore: JobStore {
  let library: Library
  private let commits: CommitGroup
  let backoff: JobBackoff
  /// In 0...1, for the jitter.
  let random: @Sendable () -> Double
  /// `COMMENTBOT_UNSAFE_NO_FENCE=1` lets workers write whose lease is another's: for the chaos harness alone, which has
  /// to show that it sees the damage.
  let isFenced: Bool

  public init(_ library: Library) { self.init(library, backoff: JobBackoff()) }

  /// - Parameter random: in 0...1, for the jitter.
  public init(
    _ library: Library, backoff: JobBackoff, random: @escaping @Sendable () -> Double = { .random(in: 0...1) }
  ) {
    self.library = library
    commits = CommitGroup(library)
    self.backoff = backoff
    self.random = random
    isFenced = ProcessInfo.processInfo.environment["COMMENTBOT_UNSAFE_NO_FENCE"] != "1"
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (Database, Date) throws -> Value) async throws -> Value {
    let now = library.now()
    do {
      return try await commits.write { try body($0, now) }
    } catch let error as DatabaseError {
      throw library.failure(error, "write to the queue in")
    }
  }

  // MARK: - Submit

  public func submit(_ submission: JobSubmission) async throws -> (job: Job, isNew: Bool) {
    // Before it is its turn: others wait for the one who writes.
    let (params, key) = (try JSONText.encode(submission.order), try Self.uniqueKey(of: submission))
    return try await write { db, now in
      let request = SHA256.hexDigest([submission.kind.rawValue, params, "\(submission.priority)"])
      if let known = try Self.job(of: submission, request: request, in: db) {
        return (try Self.job(known, owner: submission.owner, in: db), false)
      }
      if let batch = submission.batch { try Self.requireBatch(batch, owner: submission.owner, in: db) }
      let id = JobID.make(at: now)
      let same = try Self.insert(submission, id: id, params: params, key: key, at: now, in: db)
      if same == nil { try Self.tell(.queued, of: id, attempt: 0, at: now, in: db) }
      if let batch = submission.batch {
        try db.execute(
          sql: "INSERT INTO batch_jobs VALUES (?, ?) ON CONFLICT DO NOTHING", arguments: [batch, same ?? id])
      }
      if let key = submission.idempotencyKey {
        try db.execute(
          sql: "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)",
          arguments: [submission.owner, key, request, same ?? id, now.milliseconds])
      }
      if let same { return (try Self.job(same, owner: submission.owner, in: db), false) }
      return (Job(submission, id: id, at: now), true)
    }
  }

  /// The job that the idempotency key stands for already.
  private static func job(of submission: JobSubmission, request: String, in db: Database) throws -> String? {
    guard let key = submission.idempotencyKey,
      let row = try Row.fetchOne(
        db, sql: "SELECT request_hash, job FROM idempotency WHERE owner = ? AND key = ?",
        arguments: [submission.owner, key])
    else { return nil }
    guard row["request_hash"] == request else {
      throw CommentBotError(
        .conflict, "submit", submission.order.name, cause: "the idempotency key was used for another order",
        hint: "give each order a key of its own")
    }
    return row["job"]
  }

  /// Makes a new job.
  /// - Returns: the one that does the same, if there is one; then nothing was written.
  private static func insert(
    _ submission: JobSubmission, id: String, params: String, key: String, at now: Date, in db: Database
  ) throws -> String? {
    try db.cachedStatement(
      sql: """
        INSERT INTO jobs (id, owner, kind, params, audio_hash, unique_key, state, priority, vstart, run_at,
          max_attempts, created_at)
        VALUES (:id, :owner, :kind, :params, :audio, :key, 'queued', :priority, \(nextTurn), :now, :attempts, :now)
        ON CONFLICT (unique_key) WHERE state IN ('queued', 'running', 'succeeded') DO NOTHING
        """
    ).execute(
      arguments: [
        "id": id, "owner": submission.owner, "kind": submission.kind.rawValue, "params": params,
        "audio": submission.order.audioHash, "key": key, "priority": submission.priority,
        "attempts": submission.attempts, "now": now.milliseconds,
      ])
    if db.changesCount > 0 { return nil }
    return try String.fetchOne(
      db, sql: "SELECT id FROM jobs WHERE unique_key = ? AND state IN ('queued', 'running', 'succeeded')",
      arguments: [key])
  }

  /// Start-time fair queueing: an owner's next job comes after his last one that waits, and not before the turn that it
  /// is.
  static let nextTurn = """
    (SELECT 1 + max((SELECT vstart FROM job_turn),
      ifnull((SELECT max(vstart) FROM jobs WHERE owner = :owner AND state IN ('queued', 'running')), 0)))
    """

  private static func uniqueKey(of submission: JobSubmission) throws -> String {
    SHA256.hexDigest([
      submission.owner, submission.kind.rawValue, submission.order.audioHash,
      try JSONText.encode(submission.order.options), submission.version,
    ])
  }
}

extension JobSubmission {
  /// At least one.
  fileprivate var attempts: Int { max(1, maxAttempts) }
}

extension Job {
  /// As it is queued.
  fileprivate init(_ submission: JobSubmission, id: String, at now: Date) {
    let now = Date(milliseconds: now.milliseconds)
    self.init(
      id: id, owner: submission.owner, kind: submission.kind, order: submission.order, batch: submission.batch,
      state: .queued, priority: submission.priority, runAt: now, attempt: 0, maxAttempts: submission.attempts,
      crashes: 0, isCancelRequested: false, stage: nil, progress: 0, lastError: nil, created: now, finished: nil,
      result: nil)
  }
}
