public import Foundation
import GRDB

/// What stands in the queue, for those who look after it.
public struct QueueFigures: Sendable {
  /// Jobs that wait for a worker or for their time.
  public var queued = 0
  /// Jobs that a worker holds.
  public var running = 0
  /// Jobs that were given up.
  public var failed = 0
  /// Seconds that the job has waited that may run and has waited longest; nil when none waits.
  public var oldestWait: Double?
  /// The running job whose worker has been silent for longest, and for how many seconds.
  public var silent: (job: String, seconds: Double)?
  /// The job that was given up last, and why.
  public var lastFailed: (job: String, cause: String)?
  /// Callbacks that were given up.
  public var lostCallbacks = 0
}

extension LibraryInspection {
  /// What stands in the queue. Silence is told by the clock, which may jump: it is for people, not for workers.
  /// - Throws: ``CommentBotError``.
  public func queueFigures(at now: Date) throws -> QueueFigures {
    try read { db in
      func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM \(sql)") ?? 0 }
      func seconds(since time: Int64) -> Double { Double(now.milliseconds - time) / 1000 }
      var figures = QueueFigures()
      figures.queued = try count("jobs WHERE state = 'queued'")
      figures.running = try count("jobs WHERE state = 'running'")
      figures.failed = try count("jobs WHERE state = 'failed'")
      figures.lostCallbacks = try count("webhook_deliveries WHERE state = 'failed'")
      figures.oldestWait = try Int64.fetchOne(
        db, sql: "SELECT min(run_at) FROM jobs WHERE state = 'queued' AND run_at <= ?", arguments: [now.milliseconds]
      ).map(seconds)
      let silent = try Row.fetchOne(
        db, sql: "SELECT id, hb_at FROM jobs WHERE state = 'running' AND hb_at IS NOT NULL ORDER BY hb_at LIMIT 1")
      figures.silent = silent.map { ($0["id"], seconds(since: $0["hb_at"])) }
      let failed = try Row.fetchOne(
        db,
        sql: """
          SELECT id, json_extract(last_error, '$.cause') AS cause FROM jobs WHERE state = 'failed'
          ORDER BY finished_at DESC LIMIT 1
          """)
      figures.lastFailed = failed.map { ($0["id"], $0["cause"] ?? "") }
      return figures
    }
  }
}
