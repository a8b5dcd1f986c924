import Foundation
import GRDB

extension SQLiteJobStore {
  public func events(
    of subject: JobEventSubject, after sequence: Int64, limit: Int
  ) async throws -> [JobEvent] {
    let (condition, argument): (String, String?) =
      switch subject {
      case .job(let id): ("job = ? AND", id)
      case .batch(let id): ("job IN (SELECT job FROM batch_jobs WHERE batch = ?) AND", id)
      case .all: ("", nil)
      }
    return try await library.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM job_events WHERE \(condition) seq > ? ORDER BY seq LIMIT ?",
        arguments: StatementArguments(argument.map { [$0] } ?? []) + [sequence, limit]
      ).map { row in
        JobEvent(
          sequence: row["seq"], job: row["job"], kind: JobEvent.Kind(rawValue: row["kind"]) ?? .notice,
          data: row["data"], at: Date(milliseconds: row["created_at"]))
      }
    }
  }

  public func newestEvent() async throws -> Int64 {
    try await library.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM job_events") ?? 0 }
  }

  /// The data of an event of kind `state`.
  private struct StateData: Encodable {
    enum CodingKeys: String, CodingKey {
      case state, attempt, error
      case runAt = "run_at"
    }
    var state: Job.State
    var attempt: Int
    /// Milliseconds since 1970; only of jobs that wait for it.
    var runAt: Int64?
    var error: CommentBotError?
  }

  /// Keeps the event of a new state.
  static func tell(
    _ state: Job.State, of job: String, attempt: Int, runAt: Date? = nil, error: CommentBotError? = nil, at now: Date,
    in db: Database
  ) throws {
    let data = StateData(state: state, attempt: attempt, runAt: runAt?.milliseconds, error: error?.withoutPaths)
    try keep(.state, try JSONText.encode(data), of: job, at: now, in: db)
  }

  static func keep(_ kind: JobEvent.Kind, _ data: String, of job: String, at now: Date, in db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO job_events (job, kind, data, created_at) VALUES (?, ?, ?, ?)")
      .execute(arguments: [job, kind.rawValue, data, now.milliseconds])
  }
}
