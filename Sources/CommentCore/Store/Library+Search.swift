import GRDB

extension Library {
  /// From this many hits on they are not ranked: that would take long and say little.
  private static let rankedHits = 1000

  /// Finds segments of the recordings' newest transcripts.
  ///
  /// The best hits come first; when there are very many, those in the newest transcripts, in the order of time.
  /// - Parameters:
  ///   - words: words that must all occur, `"phrases"` and `beginnings*`, upper case and accents set aside.
  ///   - limit: hits to return.
  ///   - offset: hits to leave out before them.
  /// - Throws: ``CommentBotError`` with code `usage` when `words` holds no letters and no digits.
  public func search(_ words: String, limit: Int = 20, offset: Int = 0) async throws -> [SearchHit] {
    let query = SearchQuery(words)
    guard query.match != nil || !query.substrings.isEmpty else {
      throw CommentBotError(
        .usage, "search for", words.shellQuoted, cause: "there is no word in it", hint: "commentbot search WORDS")
    }
    return try await read("search") { db in
      let (sql, arguments) = try Self.statement(query, in: db)
      let rows = try Row.fetchAll(
        db, sql: sql + " LIMIT ? OFFSET ?", arguments: arguments + [max(0, limit), max(0, offset)])
      return rows.map { row in
        SearchHit(
          recording: row["sha256"], name: row["name"], segment: row["position"], start: row["start"], end: row["end"],
          speaker: row["speaker"], snippet: SearchHit.parts(of: row["snippet"]))
      }
    }
  }

  private static func statement(_ query: SearchQuery, in db: Database) throws -> (String, StatementArguments) {
    let (opening, closing) = (String(SearchHit.opening), String(SearchHit.closing))
    var snippet = "s.text"
    var source = "segments s"
    var order = "s.id DESC"
    var conditions = ["t.id = (SELECT max(id) FROM transcripts WHERE recording = t.recording)"]
    var arguments = StatementArguments()
    if let match = query.match {
      snippet = "snippet(segments_fts, 0, ?, ?, '…', 32)"
      arguments += [opening, closing]
      source = "segments_fts CROSS JOIN segments s ON s.id = segments_fts.rowid"
      order = try isWorthRanking(match, in: db) ? "segments_fts.rank" : "segments_fts.rowid DESC"
    } else {
      for text in query.substrings {
        snippet = "replace(\(snippet), ?, ?)"
        arguments += [text, opening + text + closing]
      }
    }
    if let match = query.match {
      conditions.append("segments_fts MATCH ?")
      arguments += [match]
    }
    for text in query.substrings {
      conditions.append("instr(s.text, ?) > 0")
      arguments += [text]
    }
    // CROSS: the hits are read in the index's order, not collected and sorted.
    let sql = """
      SELECT r.sha256, r.name, s.position, s.start, s."end", s.speaker, \(snippet) AS snippet
      FROM \(source) CROSS JOIN transcripts t ON t.id = s.transcript CROSS JOIN recordings r ON r.sha256 = t.recording
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order)
      """
    return (sql, arguments)
  }

  private static func isWorthRanking(_ match: String, in db: Database) throws -> Bool {
    let count = try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM (SELECT 1 FROM segments_fts WHERE segments_fts MATCH ? LIMIT ?)",
      arguments: [match, rankedHits])
    return (count ?? 0) < rankedHits
  }
}
