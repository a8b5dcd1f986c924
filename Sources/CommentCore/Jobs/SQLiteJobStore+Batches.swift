import Foundation
import GRDB

extension SQLiteJobStore {
  public func makeBatch(name: String?, owner: String) async throws -> JobBatch {
    try await write { db, now in
      let id = JobID.make(at: now)
      try db.execute(sql: "INSERT INTO batches VALUES (?, ?, ?, ?)", arguments: [id, owner, name, now.milliseconds])
      return JobBatch(id: id, owner: owner, name: name, created: Date(milliseconds: now.milliseconds), counts: [:])
    }
  }

  public func batch(_ id: String, owner: String) async throws -> JobBatch {
    try await library.read { db in
      try Self.requireBatch(id, owner: owner, in: db)
      return try Self.batches(where: "id = ?", [id], in: db)[0]
    }
  }

  public func batches(owner: String, before: String?, limit: Int) async throws -> [JobBatch] {
    let condition = before == nil ? "owner = ?" : "owner = ? AND id < ?"
    let arguments = StatementArguments([owner] + [before].compactMap(\.self)) + [max(0, limit)]
    return try await library.read { db in
      try Self.batches(where: "\(condition) ORDER BY id DESC LIMIT ?", arguments, in: db)
    }
  }

  static func requireBatch(_ id: String, owner: String, in db: Database) throws {
    let isThere = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM batches WHERE id = ? AND owner = ?)", arguments: [id, owner])
    guard isThere != true else { return }
    throw CommentBotError(
      .notFound, "find", "the batch \(id)", cause: "no batch has this id", hint: "commentbot batch list")
  }

  private static func batches(
    where condition: String, _ arguments: StatementArguments, in db: Database
  ) throws -> [JobBatch] {
    try Row.fetchAll(db, sql: "SELECT * FROM batches WHERE \(condition)", arguments: arguments).map { row in
      let counts = try Row.fetchAll(
        db,
        sql: """
          SELECT state, count(*) AS n FROM batch_jobs b JOIN jobs ON jobs.id = b.job WHERE b.batch = ? GROUP BY state
          """, arguments: [row["id"] as String])
      return JobBatch(
        id: row["id"], owner: row["owner"], name: row["name"], created: Date(milliseconds: row["created_at"]),
        counts: states(counts))
    }
  }
}
