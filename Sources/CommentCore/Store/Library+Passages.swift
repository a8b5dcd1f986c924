import GRDB

extension Library {
  /// Passages of the newest transcripts that have most in common with a question, each with the segments beside it, by
  /// recording and in the order of time.
  /// - Parameters:
  ///   - question: in a person's words; any of them may be there.
  ///   - owner: whose recordings are read; nil for those of all.
  ///   - limit: segments that match, at the most.
  public func passages(about question: String, owner: String? = nil, limit: Int = 24) async throws -> [Passage] {
    let words = CommentaryText.questionWords(of: question)
    guard !words.isEmpty else { return [] }
    let owned = RecordingFilter(owner: owner).source
    let (hits, arguments) = Self.hits(of: words, in: owned)
    return try await read("search") { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          WITH hits AS (\(hits) LIMIT ?)
          SELECT DISTINCT o.recording, o.name, s.* FROM hits
          JOIN segments s ON s.transcript = hits.transcript AND s.position BETWEEN hits.position - 1 AND hits.position + 1
          JOIN transcripts t ON t.id = s.transcript
          JOIN \(owned.sql) o ON o.recording = t.recording
          ORDER BY s.transcript, s.position
          """, arguments: arguments + [limit] + owned.arguments)
      return try rows.map {
        Passage(recording: $0["recording"], name: $0["name"], segment: try Self.segment($0))
      }
    }
  }

  /// The segments that have one of the words, the best first.
  private static func hits(
    of words: Set<String>, in owned: (sql: String, arguments: StatementArguments)
  ) -> (String, StatementArguments) {
    let newest = "t.id = (SELECT max(id) FROM transcripts WHERE recording = t.recording)"
    let parts = words.sorted()
    if parts.contains(where: { $0.contains(where: \.isUnspaced) }) {
      // To the index a sentence without spaces is one word.
      let score = parts.map { _ in "(instr(s.text, ?) > 0)" }.joined(separator: " + ")
      return (
        """
        SELECT s.transcript, s.position FROM segments s JOIN transcripts t ON t.id = s.transcript
        JOIN \(owned.sql) o ON o.recording = t.recording
        WHERE \(newest) AND \(score) > 0 ORDER BY \(score) DESC, s.id DESC
        """, owned.arguments + StatementArguments(parts + parts)
      )
    }
    // Quoted, nothing in them is an operator; a word's other forms often have the same beginning.
    let match = parts.map { word in
      word.count > 4 ? "\"\(word)\" OR \"\(CommentaryText.stem(word))\" *" : "\"\(word)\""
    }.joined(separator: " OR ")
    return (
      """
      SELECT s.transcript, s.position FROM segments_fts CROSS JOIN segments s ON s.id = segments_fts.rowid
      JOIN transcripts t ON t.id = s.transcript
      JOIN \(owned.sql) o ON o.recording = t.recording
      WHERE \(newest) AND segments_fts MATCH ? ORDER BY segments_fts.rank
      """, owned.arguments + [match]
    )
  }
}
