import Foundation
import GRDB

extension SQLiteJobStore {
  /// The next job; its plan is asserted by a test.
  static let nextJob = """
    SELECT id FROM jobs INDEXED BY jobs_ready WHERE state = 'queued' AND run_at <= :now
    ORDER BY priority DESC, vstart, id LIMIT 1
    """

  public func claim(by worker: String) async throws -> ClaimedJob? {
    let asked = library.now().milliseconds
    // Idle workers ask often: a look costs no write lock.
    let next = try await library.read { try String.fetchOne($0, sql: Self.nextJob, arguments: ["now": asked]) }
    if next == nil { return nil }
    return try await write { db, now in
      let lease = JobID.makeLease()
      guard
        let row = try Row.fetchOne(
          db,
          sql: """
            UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_id = :lease, lease_owner = :worker,
              hb = hb + 1, hb_at = :now, stage = NULL, progress = 0
            WHERE id = (\(Self.nextJob)) RETURNING id, attempt, vstart
            """, arguments: ["lease": lease, "worker": worker, "now": now.milliseconds])
      else { return nil }
      let id: String = row["id"]
      try db.execute(sql: "UPDATE job_turn SET vstart = max(vstart, ?)", arguments: [row["vstart"] as Int64])
      try db.execute(
        sql: """
          INSERT INTO job_attempts (job, number, lease_id, worker, started_at)
          VALUES (:job, (SELECT 1 + ifnull(max(number), 0) FROM job_attempts WHERE job = :job), :lease, :worker, :now)
          """, arguments: ["job": id, "lease": lease, "worker": worker, "now": now.milliseconds])
      try Self.tell(.running, of: id, attempt: row["attempt"], at: now, in: db)
      Failpoint.hit(.inClaim)
      guard let job = try Self.jobs(where: "j.id = ?", [id], in: db).first else { return nil }
      return ClaimedJob(job: job, lease: Lease(job: id, id: lease))
    }
  }

  public func heartbeat(_ lease: Lease, _ pulse: JobPulse) async throws -> HeartbeatAnswer {
    let events = pulse.events.map { Event(kind: $0.kind, data: $0.data) }
    let (stage, progress) = (pulse.stage?.rawValue, min(1, max(0, pulse.progress)))
    return try await write { db, now in
      guard
        let isCancelRequested = try Bool.fetchOne(
          db,
          sql: """
            UPDATE jobs SET hb = hb + 1, hb_at = ?, stage = ?, progress = ?
            WHERE id = ? AND state = 'running' AND lease_id = ? RETURNING cancel_requested
            """, arguments: [now.milliseconds, stage, progress, lease.job, lease.id])
      else { return .lost }
      for event in events { try Self.keep(event.kind, event.data, of: lease.job, at: now, in: db) }
      return isCancelRequested ? .cancel : .goOn
    }
  }

  private struct Event {
    var kind: JobEvent.Kind
    var data: String
  }

  public func pulses() async throws -> [LeasePulse] {
    try await library.read { db in
      try Row.fetchAll(db, sql: "SELECT id, lease_id, hb FROM jobs WHERE state = 'running' ORDER BY id").map { row in
        LeasePulse(lease: Lease(job: row["id"], id: row["lease_id"]), beat: row["hb"])
      }
    }
  }
}
