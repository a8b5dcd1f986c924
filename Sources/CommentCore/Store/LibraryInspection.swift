public import Foundation
import GRDB

/// A look at a library's file that changes nothing: no migration is made, no log is written back. All methods block.
public struct LibraryInspection: Sendable {
  /// The database file.
  public let url: URL
  /// Migrations of this version that the file has not been through, in their order.
  public let pendingMigrations: [String]
  /// Whether a newer version has written the file.
  public let isNewer: Bool
  let queue: DatabaseQueue

  /// - Throws: ``CommentBotError`` with code `database` when the file is damaged, `permission` or `io`.
  public init(_ url: URL) throws {
    self.url = url
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    (queue, pendingMigrations, isNewer) = try Self.working("open", url) {
      let queue = try DatabaseQueue(path: url.path, configuration: configuration)
      let migrator = LibrarySchema.migrator
      let applied = try queue.read(migrator.appliedIdentifiers)
      return (
        queue, migrator.migrations.filter { !applied.contains($0) }, try queue.read(migrator.hasBeenSuperseded)
      )
    }
  }

  /// Bytes of the write-ahead log, which is written back into the file from time to time.
  public var logBytes: Int { FileBytes.stamp(of: URL(filePath: url.path + "-wal"))?.byteCount ?? 0 }

  /// What is wrong with the file, one sentence each; empty when it is sound. Reads the whole file.
  /// - Throws: ``CommentBotError``.
  public func problems() throws -> [String] {
    do {
      return try read { try Library.problems(in: $0) }
    } catch let error as CommentBotError where error.code == .database {
      return [error.cause]
    }
  }

  /// The newest time that stands in the library; nil when nothing was done yet.
  /// - Throws: ``CommentBotError``.
  public func newestTime() throws -> Date? {
    try read { db in
      let times = try Int64.fetchOne(
        db,
        sql: """
          SELECT max(ifnull((SELECT max(created_at) FROM recordings), 0), ifnull((SELECT max(finished_at) FROM runs), 0),
            ifnull((SELECT max(created_at) FROM jobs), 0))
          """)
      return times.flatMap { $0 > 0 ? Date(milliseconds: $0) : nil }
    }
  }

  /// Keys of the API that were made, and those of them that still open the door.
  /// - Throws: ``CommentBotError``.
  public func keys() throws -> (made: Int, valid: Int) {
    try read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT count(*) AS made, count(*) - count(revoked_at) AS valid FROM api_keys")
      return (row?["made"] ?? 0, row?["valid"] ?? 0)
    }
  }

  /// Whether the file can be written, by writing and taking it back.
  /// - Throws: ``CommentBotError`` with code `permission`, `diskFull`, `busy` or `io`.
  public func requireWritable() throws {
    try Self.working("write to", url) {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      let queue = try DatabaseQueue(path: url.path, configuration: configuration)
      // To begin is not enough: of a file that may only be read SQLite makes a transaction that only reads.
      try queue.inTransaction(.immediate) { db in
        try db.execute(sql: "CREATE TABLE probe (a)")
        return .rollback
      }
      try queue.close()
    }
  }

  /// Writes the log back into the file, as far as nobody reads from it, and empties it.
  /// - Throws: ``CommentBotError``.
  public func writeBackLog() throws {
    try Self.working("write to", url) {
      let queue = try DatabaseQueue(path: url.path)
      try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      try queue.close()
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try Self.working("read", url) { try queue.read(body) }
  }

  private static func working<Value>(_ operation: String, _ url: URL, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw CommentBotError(error, operation, url)
    }
  }
}
