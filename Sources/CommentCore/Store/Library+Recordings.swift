import Foundation
import GRDB

extension Library {
  /// Keeps a recording, and lets the owner see it; one that is there already gets the new name, path and facts.
  /// - Parameter lease: of the job that it is needed for.
  /// - Throws: ``CommentBotError`` with code `notFound` when the job was deleted, `cancelled` when it is another
  ///   worker's by now.
  public func save(_ recording: Recording, owner: String = localOwner, lease: Lease? = nil) async throws {
    let now = now()
    try await write { db in
      try Self.require(lease, in: db)
      try Self.save(recording, at: now, in: db)
      try Self.give(recording, to: owner, at: now, in: db)
    }
  }

  static func save(_ recording: Recording, at now: Date, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO recordings (sha256, name, path, byte_count, duration, facts, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, path = excluded.path,
          byte_count = excluded.byte_count, duration = excluded.duration, facts = excluded.facts
        """,
      arguments: [
        recording.sha256, recording.name, recording.path, recording.byteCount, recording.facts.duration,
        try JSONText.encode(recording.facts), now.milliseconds,
      ])
  }

  /// The recording with the given full hash.
  public func recording(sha256: String) async throws -> Recording? {
    try await read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM recordings WHERE sha256 = ?", arguments: [sha256])
        .map(Self.recording)
    }
  }

  /// The one recording that a person means.
  ///
  /// - Parameter text: the first 4 or more digits of the hash, the exact name, also the first of a file that was
  ///   renamed, the file's name or path, or the folder of its results.
  /// - Throws: ``CommentBotError`` with code `notFound`, or `usage` when several recordings match.
  public func recording(matching text: String) async throws -> Recording {
    let digits = text.lowercased()
    let isHash = (4...64).contains(digits.utf8.count) && digits.utf8.allSatisfy(Self.isHexadecimal)
    let found = try await read { db in
      try Row.fetchAll(
        db,
        // "g" follows every hexadecimal digit.
        sql: """
          SELECT * FROM recordings r WHERE name = :text OR path = :text OR substr(path, -length(:file)) = :file
            OR sha256 >= :first AND sha256 < :last
            OR EXISTS (SELECT 1 FROM transcripts WHERE recording = r.sha256
              AND folder IN (:folder, :text || '-' || substr(r.sha256, 1, 12)))
          ORDER BY created_at
          """,
        arguments: [
          "text": text, "file": "/" + text, "first": isHash ? digits : "g", "last": digits + "g",
          "folder": URL(filePath: text).lastPathComponent,
        ]
      ).map(Self.recording)
    }
    guard let only = found.first else {
      throw CommentBotError(
        .notFound, "find", text.shellQuoted,
        cause: text.utf8.count < 4
          ? "no recording has this name, and an id has 4 digits or more" : "no recording has this id or name",
        hint: "commentbot list")
    }
    guard found.count == 1 else {
      let names = found.prefix(5).map { "\($0.id) (\($0.name))" } + (found.count > 5 ? ["…"] : [])
      throw CommentBotError(
        .usage, "find", text, cause: "several recordings match: \(names.joined(separator: ", "))",
        hint: "give the id of one of them")
    }
    return only
  }

  static func recording(_ row: Row) throws -> Recording {
    Recording(
      sha256: row["sha256"], name: row["name"], path: row["path"], byteCount: row["byte_count"],
      facts: try JSONText.decode(from: row["facts"]))
  }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
