public import Foundation
import GRDB

/// Everything that CommentBot knows of recordings, in one SQLite file: `bd/commentbot/commentbot.sqlite`.
///
/// Every method that writes is one transaction, on the disk when the method returns. Several processes may use the
/// file at the same time. All methods throw ``CommentBotError``: `database` when the file is damaged, `diskFull`,
/// `permission`, `io`, and `busy` when another process has been writing for ten seconds.
public struct Library: Sendable {
  /// The database file.
  public let url: URL
  /// The time that is written to new rows.
  let now: @Sendable () -> Date
  let pool: DatabasePool
  let damage = LibraryDamage()
  static let writers = ThreadExecutor(label: "commentbot.library.writers")

  /// Opens the library; makes the file and its folders, or brings them up to date, when needed.
  ///
  /// - Throws: ``CommentBotError`` as above, and `databaseNewer` when a newer CommentBot has written the file.
  public init(at url: URL, now: @escaping @Sendable () -> Date = { Date() }) throws {
    self.url = url
    self.now = now
    let folder = url.deletingLastPathComponent()
    try AtomicFile.makeFolder(folder)
    do {
      // Two processes must not both find that a migration is missing.
      pool = try FolderLock.held(on: folder) { try Self.open(url) }
    } catch let error as DatabaseError {
      throw CommentBotError(error, "open", url)
    }
  }

  private static func open(_ url: URL) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "commentbot.library"
    configuration.busyMode = .timeout(10)
    let pool = try DatabasePool(path: url.path, configuration: configuration)
    let migrator = LibrarySchema.migrator
    if try pool.read(migrator.hasBeenSuperseded) {
      throw CommentBotError(
        .databaseNewer, "open", url.path, cause: "a newer version of CommentBot has written it",
        hint: "commentbot --version    # install the newer version; this one would damage the file")
    }
    try migrator.migrate(pool)
    // Only now: GRDB sets NORMAL on opening, with which a power cut can take back transactions.
    try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    return pool
  }

  // MARK: - Access

  /// Reads in one snapshot. `operation` is for the error: "read", "search".
  func read<Value: Sendable>(
    _ operation: String = "read", _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.read(body)
    } catch let error as DatabaseError {
      throw failure(error, operation)
    } catch let error as DecodingError {
      throw CommentBotError(
        .database, operation, url.path, cause: "a row is damaged: \(error)", hint: "commentbot diagnose")
    }
  }

  /// Writes in one transaction, which is taken back when `body` throws.
  func write<Value: Sendable>(
    _ operation: String = "write to", _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      // A task of its own: work that is stopped still keeps its last window and the record of its run. On a thread of
      // its own: heartbeats are written even while the shared pool is busy.
      return try await Task(executorPreference: Self.writers) { [pool] in try await pool.write(body) }.value
    } catch let error as DatabaseError {
      throw failure(error, operation)
    }
  }

  /// What a person is told of an error of SQLite's.
  func failure(_ error: DatabaseError, _ operation: String) -> CommentBotError {
    damage.noting(error, CommentBotError(error, operation, url))
  }

  /// Whether it can be read and written, and nothing of it was found damaged since it was opened. Writes nothing.
  /// - Throws: ``CommentBotError`` with code `database`, `permission`, `busy`, `diskFull` or `io`.
  public func requireSound() async throws {
    try damage.requireNone()
    // SQLite begins a transaction to write also on a file that may only be read: what tells is a statement that would.
    try await write { try $0.execute(sql: "DELETE FROM jobs WHERE 0") }
  }
}
