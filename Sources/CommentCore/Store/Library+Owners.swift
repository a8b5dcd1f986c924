public import Foundation
import GRDB

/// A recording with what was said in it and about it, as one owner sees it.
public struct OwnedRecording: Sendable, Equatable {
  /// Under the name and path that are the owner's.
  public var recording: Recording
  /// When it came to the owner.
  public var created: Date
  /// The newest one; nil while none is finished.
  public var transcript: StoredTranscript?
  /// On that transcript.
  public var comments: [Comment]
}

extension Library {
  /// The owner of what the command line makes.
  public static let localOwner = "local"

  /// Lets an owner see a recording that is in the library, under the name and path that are his.
  /// - Throws: ``CommentBotError`` with code `notFound` when it is not there.
  public func give(_ recording: Recording, to owner: String) async throws {
    let now = now()
    try await write { db in
      let isThere = try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM recordings WHERE sha256 = ?)", arguments: [recording.sha256])
      guard isThere == true else { throw Self.notFound(recording.id) }
      try Self.give(recording, to: owner, at: now, in: db)
    }
  }

  static func give(_ recording: Recording, to owner: String, at now: Date, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO recording_owners (owner, recording, name, path, created_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (owner, recording) DO UPDATE SET name = excluded.name, path = excluded.path
        """, arguments: [owner, recording.sha256, recording.name, recording.path, now.milliseconds])
  }

  /// One of the owner's recordings.
  /// - Parameter id: the first 4 or more digits of its hash.
  /// - Throws: ``CommentBotError`` with code `notFound`, also for another owner's, or `usage` when several match.
  public func recording(id: String, owner: String) async throws -> Recording {
    try await read { try Self.owned(id, by: owner, in: $0).recording }
  }

  /// One of the owner's recordings with its newest transcript and the comments on it, all of one moment.
  /// - Throws: as ``recording(id:owner:)``.
  public func contents(ofRecording id: String, owner: String) async throws -> OwnedRecording {
    try await read { db in
      var owned = try Self.owned(id, by: owner, in: db)
      owned.transcript = try Self.latestTranscript(of: owned.recording.sha256, in: db)
      owned.comments = try owned.transcript.map { try Self.comments(ofTranscript: $0.transcript.key, in: db) } ?? []
      return owned
    }
  }

  static func owned(_ id: String, by owner: String, in db: Database) throws -> OwnedRecording {
    let digits = id.lowercased()
    guard (4...64).contains(digits.utf8.count), digits.utf8.allSatisfy(isHexadecimal) else { throw notFound(id) }
    let found = try Row.fetchAll(
      db,
      // "g" follows every hexadecimal digit.
      sql: """
        SELECT r.sha256, r.byte_count, r.facts, o.name, o.path, o.created_at
        FROM recording_owners o JOIN recordings r ON r.sha256 = o.recording
        WHERE o.owner = ? AND o.recording >= ? AND o.recording < ? ORDER BY o.recording LIMIT 2
        """, arguments: [owner, digits, digits + "g"])
    guard let only = found.first else { throw notFound(id) }
    guard found.count == 1 else {
      throw CommentBotError(
        .usage, "find", id, cause: "several recordings begin with these digits", hint: "give more digits of the id")
    }
    return OwnedRecording(
      recording: try recording(only), created: Date(milliseconds: only["created_at"]), comments: [])
  }

  static func notFound(_ id: String) -> CommentBotError {
    CommentBotError(.notFound, "find", id.shellQuoted, cause: "no recording has this id", hint: "commentbot list")
  }
}
