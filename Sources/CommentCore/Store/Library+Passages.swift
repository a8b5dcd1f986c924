import GRDB

extension Library {
  /// Passages of the newest transcripts that have most in common with a question, each with the segments beside it, by
  /// recording and in the order of time.
  /// - Parameters:
  ///   - question: in a person's words; any of them may be there.
  ///   - limit: segments that match, at the most.
  public func passages(about question: String, limit: Int = 24) async throws -> [Passage] {
    let words = Set(CommentaryText.contentWords(of: question))
    let all = words.isEmpty ? Set(CommentaryText.comparisonWords(of: question)) : words
    guard !all.isEmpty else { return [] }
    // Quoted, nothing in them is an operator; a word's other forms often have the same beginning.
    let match = all.sorted().map { word in
      word.count > 4 ? "\"\(word)\" OR \"\(word.prefix(max(4, word.count - 2)))\" *" : "\"\(word)\""
    }.joined(separator: " OR ")
    return try await read("search") { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          WITH hits AS (
            SELECT s.transcript, s.position FROM segments_fts CROSS JOIN segments s ON s.id = segments_fts.rowid
            JOIN transcripts t ON t.id = s.transcript
            WHERE t.id = (SELECT max(id) FROM transcripts WHERE recording = t.recording) AND segments_fts MATCH ?
            ORDER BY segments_fts.rank LIMIT ?)
          SELECT DISTINCT r.sha256, r.name, s.* FROM hits
          JOIN segments s ON s.transcript = hits.transcript AND s.position BETWEEN hits.position - 1 AND hits.position + 1
          JOIN transcripts t ON t.id = s.transcript
          JOIN recordings r ON r.sha256 = t.recording
          ORDER BY s.transcript, s.position
          """, arguments: [match, limit])
      return try rows.map {
        Passage(recording: $0["sha256"], name: $0["name"], segment: try Self.segment($0))
      }
    }
  }
}
