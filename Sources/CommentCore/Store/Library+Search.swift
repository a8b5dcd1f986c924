import GRDB

extension Library {
  /// Finds segments of the recordings' newest transcripts.
  ///
  /// The shortest segments come first; when there are very many, those in the newest transcripts, in the order of time.
  /// - Parameters:
  ///   - words: words that must all occur, `"phrases"` and `beginnings*`, upper case and accents set aside.
  ///   - filter: the recordings to search; its limit is not heeded.
  ///   - speaker: whose segments are searched; nil for everybody's.
  ///   - limit: hits to return.
  ///   - offset: hits to leave out before them.
  /// - Throws: ``CommentBotError`` with code `usage` when `words` holds no letters and no digits.
  public func search(
    _ words: String, in filter: RecordingFilter = RecordingFilter(), speaker: String? = nil, limit: Int = 20,
    offset: Int = 0
  ) async throws -> [SearchHit] {
    let query = SearchQuery(words)
    guard query.match != nil || !query.substrings.isEmpty else {
      throw CommentBotError(
        .usage, "search for", words.shellQuoted, cause: "there is no word in it", hint: "commentbot search WORDS")
    }
    let search = SegmentSearch(
      query: query, filter: filter, speaker: speaker, offset: max(0, offset), limit: max(0, limit))
    return try await read("search") { db in
      try Self.hits(try search.ids(in: db), of: query, seenBy: filter, in: db)
    }
  }

  /// The segments with these row ids, in this order, with the words marked.
  private static func hits(
    _ ids: [Int64], of query: SearchQuery, seenBy filter: RecordingFilter, in db: Database
  ) throws -> [SearchHit] {
    let (opening, closing) = (String(SearchHit.opening), String(SearchHit.closing))
    let wanted = "IN (SELECT value FROM json_each(?))"
    var (snippet, source, condition) = ("s.text", "segments s", "s.id \(wanted)")
    var (marks, matches) = (StatementArguments(), StatementArguments())
    if let match = query.match {
      snippet = "snippet(segments_fts, 0, ?, ?, '…', 32)"
      marks = [opening, closing]
      source = "segments_fts CROSS JOIN segments s ON s.id = segments_fts.rowid"
      condition = "segments_fts MATCH ? AND segments_fts.rowid \(wanted)"
      matches = [match]
    } else {
      for text in query.substrings {
        snippet = "replace(\(snippet), ?, ?)"
        marks += [text, opening + text + closing]
      }
    }
    let owned = filter.source
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT s.id, o.recording, o.name, s.position, s.start, s."end", s.speaker, \(snippet) AS snippet
        FROM \(source) CROSS JOIN transcripts t ON t.id = s.transcript
        CROSS JOIN \(owned.sql) o ON o.recording = t.recording
        WHERE \(condition)
        """, arguments: marks + owned.arguments + matches + [try JSONText.encode(ids)])
    let hits = rows.map { row in
      (
        row["id"] as Int64,
        SearchHit(
          recording: row["recording"], name: row["name"], segment: row["position"], start: row["start"],
          end: row["end"], speaker: row["speaker"], snippet: SearchHit.parts(of: row["snippet"]))
      )
    }
    let byID = Dictionary(hits) { $1 }
    return ids.compactMap { byID[$0] }
  }
}
