import GRDB

/// What a deletion has removed from the library.
public struct Deletion: Sendable, Equatable {
  /// Folders within `data/transcripts` that the rows named.
  public var folders: [String] = []
  /// Rows of all options.
  public var transcripts = 0
  /// Rows of all transcripts.
  public var segments = 0
  /// Rows of all kinds.
  public var comments = 0
  /// Windows of transcripts that were not finished.
  public var checkpoints = 0
  /// Records of runs.
  public var runs = 0
  /// Whether others own the recording too: then only the owner's right to it was taken away, and nothing is counted.
  public var isShared = false
}

extension Library {
  /// The names, within `data/transcripts`, of the folders with a recording's transcripts.
  public func folders(ofRecording sha256: String) async throws -> [String] {
    try await read { try Self.folders(ofRecording: sha256, in: $0) }
  }

  /// The names of all folders with transcripts.
  public func folders() async throws -> Set<String> {
    try await read { try String.fetchSet($0, sql: "SELECT DISTINCT folder FROM transcripts") }
  }

  private static func folders(ofRecording sha256: String, in db: Database) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT DISTINCT folder FROM transcripts WHERE recording = ? ORDER BY folder", arguments: [sha256])
  }

  /// Who sees a recording, in alphabetical order.
  public func owners(of sha256: String) async throws -> [String] {
    try await read { try Self.owners(of: sha256, in: $0) }
  }

  private static func owners(of sha256: String, in db: Database) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT owner FROM recording_owners WHERE recording = ? ORDER BY owner", arguments: [sha256])
  }

  /// Takes a recording away from an owner; with the last owner goes everything that rests on it, but not its folders,
  /// nor its cached audio.
  /// - Parameter owner: nil takes it away from all.
  /// - Throws: ``CommentBotError`` with code `notFound`.
  public func delete(recording sha256: String, owner: String? = nil) async throws -> Deletion {
    try await write("delete from") { db in
      if let owner {
        try db.execute(
          sql: "DELETE FROM recording_owners WHERE recording = ? AND owner = ?", arguments: [sha256, owner])
        guard db.changesCount > 0 else { throw Self.notFound(sha256) }
        if try !Self.owners(of: sha256, in: db).isEmpty { return Deletion(isShared: true) }
      }
      func count(_ sql: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM " + sql, arguments: [sha256]) ?? 0
      }
      let ofTranscripts = "WHERE transcript IN (SELECT id FROM transcripts WHERE recording = ?)"
      let deletion = Deletion(
        folders: try Self.folders(ofRecording: sha256, in: db),
        transcripts: try count("transcripts WHERE recording = ?"),
        segments: try count("segments \(ofTranscripts)"),
        comments: try count("comments \(ofTranscripts)"),
        checkpoints: try count("transcription_windows WHERE recording = ?"),
        runs: try count("runs WHERE recording = ?"))
      // The foreign keys remove the rest, triggers the words from the search index.
      try db.execute(sql: "DELETE FROM recordings WHERE sha256 = ?", arguments: [sha256])
      guard db.changesCount > 0 else {
        throw Self.notFound(sha256)
      }
      return deletion
    }
  }
}
