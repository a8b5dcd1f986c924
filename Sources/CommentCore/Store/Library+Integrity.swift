import Foundation
import GRDB

extension Library {
  /// The version of SQLite that is linked, such as `3.40.1`.
  public static func sqliteVersion() throws -> String {
    try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") ?? "" }
  }

  /// What is wrong with the file, one sentence each; empty when it is sound. Reads the whole file.
  public func integrityProblems() async throws -> [String] {
    do {
      let problems = try await read("check") { try Self.problems(in: $0) }
      if let first = problems.first { damage.note(CommentBotError(.database, "rely on", url.path, cause: first)) }
      return problems
    } catch let error as CommentBotError where error.code == .database {
      return [error.cause]
    }
  }

  /// The names of the migrations that the file has been through, in their order.
  public func migrations() async throws -> [String] {
    try await read { try LibrarySchema.migrator.appliedMigrations($0) }
  }

  static func problems(in db: Database) throws -> [String] {
    let broken = try String.fetchAll(db, sql: "PRAGMA quick_check").filter { $0 != "ok" }
    let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
      "a row of \(row["table"] as String) belongs to a row of \(row["parent"] as String) that is not there"
    }
    return broken + orphans
  }
}
