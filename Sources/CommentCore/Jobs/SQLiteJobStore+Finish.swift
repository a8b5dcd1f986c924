import Foundation
import GRDB

extension SQLiteJobStore {
  public func finish(_ lease: Lease, _ outcome: JobOutcome) async throws -> Bool {
    let random = random()
    return try await write { db, now in
      let holds = isFenced ? "id = ? AND state = 'running' AND lease_id = ?" : "id = ? AND ? <> ''"
      guard let standing = try Self.standing(where: holds, [lease.job, lease.id], in: db) else { return false }
      let ending = JobEnding(outcome, of: standing, at: now, backoff: backoff, random: random)
      if case .succeeded(let result) = outcome {
        try db.execute(
          sql: "INSERT OR REPLACE INTO job_results VALUES (?, ?, ?, ?)",
          arguments: [lease.job, lease.id, try JSONText.encode(result), now.milliseconds])
        try Self.settle(lease, ending, keepsKey: result.commentFailure == nil, at: now, in: db)
      } else {
        try Self.settle(lease, ending, at: now, in: db)
      }
      Failpoint.hit(.inCommit)
      return true
    }
  }

  public func expire(_ pulse: LeasePulse) async throws -> Bool {
    try await write { db, now in
      let holds = "id = ? AND state = 'running' AND lease_id = ? AND hb = ?"
      let arguments: StatementArguments = [pulse.lease.job, pulse.lease.id, pulse.beat]
      guard let standing = try Self.standing(where: holds, arguments, in: db) else { return false }
      try Self.settle(pulse.lease, JobEnding(expiryOf: standing, at: now), at: now, in: db)
      return true
    }
  }

  private static func standing(
    where condition: String, _ arguments: StatementArguments, in db: Database
  ) throws -> JobEnding.Standing? {
    try Row.fetchOne(
      db, sql: "SELECT attempt, max_attempts, crashes, max_crashes, cancel_requested FROM jobs WHERE \(condition)",
      arguments: arguments
    ).map { row in
      JobEnding.Standing(
        attempt: row["attempt"], maxAttempts: row["max_attempts"], crashes: row["crashes"],
        maxCrashes: row["max_crashes"], isCancelRequested: row["cancel_requested"])
    }
  }

  /// Writes where the job is now, how the attempt ended, and the event.
  /// - Parameter keepsKey: whether the same order finds this job from now on. One without all of its comments is no
  ///   answer to it, and what is commented on may be another transcript the next time.
  private static func settle(
    _ lease: Lease, _ ending: JobEnding, keepsKey: Bool = true, at now: Date, in db: Database
  ) throws {
    let error = try ending.error.map(JSONText.encode)
    try db.execute(
      sql: """
        UPDATE jobs SET state = :state, attempt = :attempt, crashes = :crashes, run_at = :run_at, lease_id = NULL,
          lease_owner = NULL, hb = hb + 1, cancel_requested = 0, last_error = ifnull(:error, last_error),
          finished_at = :finished, progress = iif(:state = 'succeeded', 1, progress),
          unique_key = iif(:state = 'succeeded' AND (kind = 'comment' OR NOT :keeps), unique_key || '-' || id, unique_key)
        WHERE id = :job
        """,
      arguments: [
        "state": ending.state.rawValue, "attempt": max(0, ending.attempt), "crashes": ending.crashes,
        "run_at": ending.runAt.milliseconds, "error": error, "keeps": keepsKey,
        "finished": ending.state.isFinal ? now.milliseconds : nil, "job": lease.job,
      ])
    try db.execute(
      sql: "UPDATE job_attempts SET ended_at = ?, \"end\" = ?, error = ? WHERE job = ? AND lease_id = ?",
      arguments: [now.milliseconds, ending.end.rawValue, error, lease.job, lease.id])
    let runAt = ending.state == .queued && ending.runAt > now ? ending.runAt : nil
    try tell(
      ending.state, of: lease.job, attempt: max(0, ending.attempt), runAt: runAt, error: ending.error, at: now, in: db)
  }
}
