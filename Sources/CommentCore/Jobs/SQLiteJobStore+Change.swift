public import Foundation
import GRDB

extension SQLiteJobStore {
  public func cancel(_ id: String, owner: String) async throws -> Job {
    try await write { db, now in
      let job = try Self.job(id, owner: owner, in: db)
      switch job.state {
      case .queued:
        try db.execute(
          sql: "UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE id = ?", arguments: [now.milliseconds, id])
        try Self.tell(.cancelled, of: id, attempt: job.attempt, at: now, in: db)
      case .running: try db.execute(sql: "UPDATE jobs SET cancel_requested = 1 WHERE id = ?", arguments: [id])
      case .succeeded, .failed, .cancelled: break
      }
      return try Self.job(id, owner: owner, in: db)
    }
  }

  public func retry(_ id: String, owner: String) async throws -> Job {
    try await write { db, now in
      let job = try Self.job(id, owner: owner, in: db)
      guard job.state == .failed || job.state == .cancelled else {
        throw CommentBotError(
          .usage, "retry", "the job \(id)", cause: "it is \(job.state.rawValue)",
          hint: "only jobs that failed or were cancelled can be tried again")
      }
      let same = try String.fetchOne(
        db,
        sql: """
          SELECT id FROM jobs WHERE unique_key = (SELECT unique_key FROM jobs WHERE id = ?)
            AND state IN ('queued', 'running', 'succeeded')
          """, arguments: [id])
      if let same {
        throw CommentBotError(
          .conflict, "retry", "the job \(id)", cause: "another one does the same: \(same)",
          hint: "commentbot jobs show \(same)")
      }
      try db.execute(
        sql: """
          UPDATE jobs SET state = 'queued', attempt = 0, crashes = 0, cancel_requested = 0, finished_at = NULL,
            stage = NULL, progress = 0, run_at = :now, vstart = \(Self.nextTurn)
          WHERE id = :id
          """, arguments: ["now": now.milliseconds, "owner": owner, "id": id])
      try Self.tell(.queued, of: id, attempt: 0, at: now, in: db)
      return try Self.job(id, owner: owner, in: db)
    }
  }

  public func forget(audioHash: String, owner: String) async throws -> Int {
    try await write { db, _ in
      // The foreign keys remove events, attempts and results; a worker that is at it finds its lease lost.
      try db.execute(sql: "DELETE FROM jobs WHERE audio_hash = ? AND owner = ?", arguments: [audioHash, owner])
      return db.changesCount
    }
  }

  public func prune(events: Date, jobs: Date) async throws -> JobPruning {
    try await write { db, _ in
      try db.execute(
        sql: """
          DELETE FROM job_events
          WHERE job IN (SELECT id FROM jobs WHERE finished_at < ?) AND kind <> 'state'
          """, arguments: [events.milliseconds])
      var pruning = JobPruning(events: db.changesCount)
      try db.execute(sql: "DELETE FROM jobs WHERE finished_at < ?", arguments: [jobs.milliseconds])
      pruning.jobs = db.changesCount
      try db.execute(
        sql: "DELETE FROM batches WHERE created_at < ? AND id NOT IN (SELECT batch FROM batch_jobs)",
        arguments: [jobs.milliseconds])
      pruning.batches = db.changesCount
      return pruning
    }
  }
}
