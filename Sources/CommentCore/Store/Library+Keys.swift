public import Foundation
import GRDB

extension Library {
  /// Adds a key.
  /// - Parameters:
  ///   - digest: SHA-256 of the whole key; the key itself is kept nowhere.
  ///   - ifNone: adds it only where no key was ever made.
  /// - Returns: whether it was added.
  /// - Throws: ``CommentBotError``.
  public func add(_ key: APIKey, digest: Data, ifNone: Bool = false) async throws -> Bool {
    try await write("add a key to") { db in
      if ifNone, try Self.hasKeys(db) { return false }
      try db.execute(
        sql: "INSERT INTO api_keys (id, digest, owner, name, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [key.id, digest, key.owner, key.name, try JSONText.encode(key.scopes), key.created.milliseconds])
      return true
    }
  }

  /// All keys that were ever made, the oldest first.
  /// - Throws: ``CommentBotError``.
  public func keys() async throws -> [APIKey] {
    try await read { db in try Row.fetchAll(db, sql: "SELECT * FROM api_keys ORDER BY created_at, id").map(APIKey.init)
    }
  }

  /// The key with this id, and the SHA-256 of the whole key; nil when there is none.
  /// - Throws: ``CommentBotError``.
  public func key(_ id: String) async throws -> (key: APIKey, digest: Data)? {
    try await read { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM api_keys WHERE id = ?", arguments: [id]) else {
        return nil
      }
      return (try APIKey(row), row["digest"])
    }
  }

  /// Whether a key was ever made. Revoking the last one does not open the door again.
  /// - Throws: ``CommentBotError``.
  public func hasKeys() async throws -> Bool {
    try await read { try Self.hasKeys($0) }
  }

  /// Makes a key useless; one that is so already stays as it is.
  /// - Throws: ``CommentBotError`` with code `notFound`.
  public func revokeKey(_ id: String) async throws -> APIKey {
    let now = now()
    return try await write("revoke a key in") { db in
      try db.execute(
        sql: "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        arguments: [now.milliseconds, id])
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM api_keys WHERE id = ?", arguments: [id]) else {
        throw CommentBotError(
          .notFound, "revoke", "the key \(id)", cause: "there is none with this id", hint: "commentbot keys list")
      }
      return try APIKey(row)
    }
  }

  private static func hasKeys(_ db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM api_keys)") ?? false
  }
}

// MARK: - Database

extension APIKey {
  fileprivate init(_ row: Row) throws {
    self.init(
      id: row["id"], owner: row["owner"], name: row["name"], scopes: try JSONText.decode(from: row["scopes"]),
      created: Date(milliseconds: row["created_at"]),
      revoked: (row["revoked_at"] as Int64?).map { Date(milliseconds: $0) })
  }
}
