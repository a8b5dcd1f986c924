public import Foundation
import GRDB

/// A transcript with what the library knows of it.
public struct StoredTranscript: Sendable, Equatable {
  /// What was said.
  public var transcript: Transcript
  /// SHA-256 of the recording.
  public var recording: String
  /// Name of the folder with the files, within `data/transcripts`.
  public var folder: String
  /// When it was stored.
  public var created: Date
}

extension Library {
  /// The transcript with the given key.
  public func transcript(key: String) async throws -> StoredTranscript? {
    try await read { try Self.transcript(where: "key = ?", key, in: $0) }
  }

  /// The newest transcript of a recording.
  public func latestTranscript(of sha256: String) async throws -> StoredTranscript? {
    try await read { try Self.latestTranscript(of: sha256, in: $0) }
  }

  static func latestTranscript(of sha256: String, in db: Database) throws -> StoredTranscript? {
    try transcript(where: "id = (SELECT max(id) FROM transcripts WHERE recording = ?)", sha256, in: db)
  }

  /// Keeps a finished transcript with its recording, makes it the newest of the recording, which is the one that is
  /// shown and searched, and removes its checkpoints.
  ///
  /// A transcript with the same key is replaced. Its comments stay only if the segments are the same, because they
  /// cite segments.
  /// - Parameter lease: of the job that it is made for.
  /// - Throws: ``CommentBotError`` with code `notFound` when the job was deleted, `cancelled` when it is another
  ///   worker's by now.
  public func saveTranscript(
    _ transcript: Transcript, of recording: Recording, folder: String, owner: String = localOwner, lease: Lease? = nil
  ) async throws {
    let now = now()
    try await write { db in
      try Self.require(lease, in: db)
      try Self.save(recording, at: now, in: db)
      try Self.give(recording, to: owner, at: now, in: db)
      try db.execute(sql: "DELETE FROM transcription_windows WHERE transcript_key = ?", arguments: [transcript.key])
      let kept = try Self.transcript(where: "key = ?", transcript.key, in: db)
      let isSame = kept?.transcript == transcript && kept?.recording == recording.sha256
      let comments = isSame ? try Self.comments(ofTranscript: transcript.key, in: db) : []
      try db.execute(sql: "DELETE FROM transcripts WHERE key = ?", arguments: [transcript.key])
      let id = try Self.insert(transcript, of: recording.sha256, folder: folder, at: now, in: db)
      try Self.insert(comments, onTranscript: id, at: now, in: db)
    }
  }

  // MARK: - Rows

  /// - Returns: the row's id.
  private static func insert(
    _ transcript: Transcript, of sha256: String, folder: String, at now: Date, in db: Database
  ) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO transcripts (key, recording, language, language_probability, languages, duration, engine,
          model, options, dropped, folder, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        transcript.key, sha256, transcript.language, transcript.languageProbability,
        try transcript.languages.map(JSONText.encode), transcript.duration, transcript.engine, transcript.model,
        try JSONText.encode(transcript.options), try JSONText.encode(transcript.dropped), folder, now.milliseconds,
      ])
    let id = db.lastInsertedRowID
    try insert(transcript.segments, ofTranscript: id, in: db)
    return id
  }

  /// Segments in one statement: each statement makes the search index flush, which for single rows takes most of the
  /// time. SQLite allows 32,766 arguments.
  private static let segmentsAtOnce = 500

  private static func insert(_ segments: [Segment], ofTranscript id: Int64, in db: Database) throws {
    // Backwards, because the search index is much faster when row ids rise.
    let rows = Array(segments.reversed())
    for start in stride(from: 0, to: rows.count, by: segmentsAtOnce) {
      let chunk = rows[start..<min(start + segmentsAtOnce, rows.count)]
      let values = repeatElement("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", count: chunk.count)
      let statement = try db.cachedStatement(
        sql: """
          INSERT INTO segments (id, transcript, position, start, "end", text, language, speaker, tokens, temperature,
            avg_logprob, compression_ratio, no_speech_prob, words)
          VALUES \(values.joined(separator: ", "))
          """)
      try statement.execute(arguments: StatementArguments(chunk.flatMap { try columns(of: $0, transcript: id) }))
    }
  }

  private static func columns(of segment: Segment, transcript id: Int64) throws -> [(any DatabaseValueConvertible)?] {
    // Text that is read from SQLite ends at a NUL.
    let text = PythonText.replace("\0", with: "\u{FFFD}", in: segment.text)
    return [
      rowID(segment: segment.id, transcript: id), id, segment.id, segment.start, segment.end, text, segment.language,
      segment.speaker, try JSONText.encode(segment.tokens), segment.temperature, segment.avgLogprob,
      segment.compressionRatio, segment.noSpeechProb, try segment.words.map(JSONText.encode),
    ]
  }

  /// Row ids fall with the position and rise with the transcript: read downwards, the newest transcript comes first
  /// and its segments in the order of time. The search needs no sorting for that.
  private static func rowID(segment: Int, transcript: Int64) -> Int64 {
    let last: Int64 = 1 << positionBits - 1
    return transcript << positionBits | (last - Int64(segment) & last)
  }

  /// Lower bits of a segment's row id; those above are its transcript's.
  static let positionBits: Int64 = 20

  private static func transcript(
    where condition: String, _ argument: String, in db: Database
  ) throws -> StoredTranscript? {
    guard
      let row = try Row.fetchOne(db, sql: "SELECT * FROM transcripts WHERE \(condition)", arguments: [argument])
    else { return nil }
    let segments = try Row.fetchAll(
      db, sql: "SELECT * FROM segments WHERE transcript = ? ORDER BY id DESC", arguments: [row["id"] as Int64])
    return StoredTranscript(
      transcript: Transcript(
        key: row["key"], language: row["language"], languageProbability: row["language_probability"],
        languages: try (row["languages"] as String?).map { try JSONText.decode(from: $0) },
        duration: row["duration"], engine: row["engine"], model: row["model"],
        options: try JSONText.decodeOptions(from: row["options"]), segments: try segments.map(segment),
        dropped: try JSONText.decode(from: row["dropped"])),
      recording: row["recording"], folder: row["folder"], created: Date(milliseconds: row["created_at"]))
  }

  static func segment(_ row: Row) throws -> Segment {
    // SQLite keeps what is no number as NULL.
    func figure(_ column: String) -> Double { row[column] ?? .nan }
    return Segment(
      id: row["position"], start: row["start"], end: row["end"], text: row["text"], language: row["language"],
      speaker: row["speaker"], tokens: try JSONText.decode(from: row["tokens"]), temperature: figure("temperature"),
      avgLogprob: figure("avg_logprob"), compressionRatio: figure("compression_ratio"),
      noSpeechProb: figure("no_speech_prob"), words: try (row["words"] as String?).map { try JSONText.decode(from: $0) }
    )
  }
}
