import GRDB

/// One search in the segments of the recordings' newest transcripts.
///
/// Measured over a million segments: what costs is to rank, to look at each hit of a common word, and to go through the
/// index twice. So the newest hits are looked at once; when these are all, they are put in order; when there are more,
/// the newest come first, and the transcripts are gone through one by one only if not enough of the newest hits are the
/// owner's. An owner of few transcripts has these searched alone, from the first to the last one.
struct SegmentSearch {
  let query: SearchQuery
  let filter: RecordingFilter
  let speaker: String?
  /// Hits to leave out.
  let offset: Int
  /// Hits to return.
  let limit: Int
  /// Up to so many transcripts are searched alone.
  var fewTranscripts = 500

  /// Hits that are looked at in one go.
  private static let newestHits = 500
  /// Fewer hits than this in them are put in order.
  private static let fewHits = 200

  /// The hits' row ids in the order in which they are shown.
  func ids(in db: Database) throws -> [Int64] {
    guard let match = query.match else { return try unindexed(in: db) }
    let few = try transcripts(in: db, upTo: fewTranscripts + 1)
    if few.count <= fewTranscripts {
      let ids = try inOneGo(match, few, upTo: max(offset + limit, Self.fewHits), in: db)
      return try page(ids.count < Self.fewHits ? shortestFirst(ids, in: db) : ids)
    }
    let newest = try Int64.fetchAll(
      db, sql: "SELECT rowid FROM segments_fts WHERE segments_fts MATCH ? ORDER BY rowid DESC LIMIT ?",
      arguments: [match, Self.newestHits])
    if newest.count < Self.newestHits { return try page(shortestFirst(wanted(of: newest, in: db), in: db)) }
    // Most often the first ones are enough.
    for count in [2 * (offset + limit), newest.count] where count <= newest.count {
      let wanted = try wanted(of: Array(newest.prefix(count)), in: db)
      if wanted.count >= offset + limit { return page(wanted) }
    }
    if !query.hasPhrase { return try page(oneByOne(match, in: db)) }
    return try page(inOneGo(match, transcripts(in: db), upTo: offset + limit, in: db))
  }

  private func page(_ ids: [Int64]) -> [Int64] { Array(ids.dropFirst(offset).prefix(limit)) }

  // MARK: - Which hits are wanted

  private static let newestTranscript = "(SELECT max(id) FROM transcripts WHERE recording = o.recording)"

  /// On `segments s`.
  private var segmentConditions: (sql: String, arguments: StatementArguments) {
    var parts = query.substrings.map { _ in "instr(s.text, ?) > 0" }
    var arguments = StatementArguments(query.substrings)
    if let speaker {
      parts.append("s.speaker = ?")
      arguments += [speaker]
    }
    return (parts.joined(separator: " AND "), arguments)
  }

  /// Those that are in a newest transcript and pass the filters.
  private func wanted(of ids: [Int64], in db: Database) throws -> [Int64] {
    let (source, conditions, segment) = (filter.source, filter.conditions, segmentConditions)
    let isEach = segment.sql.isEmpty
    // CROSS keeps the order of the tables: from the hits, never through all recordings.
    return try Int64.fetchAll(
      db,
      sql: """
        SELECT h.value FROM json_each(?) h
        \(isEach ? "" : "CROSS JOIN segments s ON s.id = h.value")
        CROSS JOIN transcripts t ON t.id = h.value >> \(Library.positionBits)
        CROSS JOIN \(source.sql) o ON o.recording = t.recording
        WHERE t.id = \(Self.newestTranscript) AND \(conditions.sql) \(isEach ? "" : "AND " + segment.sql)
        ORDER BY h.value DESC
        """,
      arguments: [try JSONText.encode(ids)] + source.arguments + conditions.arguments + segment.arguments)
  }

  /// What says little besides the words comes first: all hits have all words.
  private func shortestFirst(_ ids: [Int64], in db: Database) throws -> [Int64] {
    try Int64.fetchAll(
      db,
      sql: "SELECT id FROM segments WHERE id IN (SELECT value FROM json_each(?)) ORDER BY length(text), id DESC",
      arguments: [try JSONText.encode(ids)])
  }

  /// Goes through the transcripts, the newest first, until there are enough.
  private func oneByOne(_ match: String, in db: Database) throws -> [Int64] {
    let segment = segmentConditions
    let statement = try db.makeStatement(sql: indexed("segments_fts.rowid BETWEEN ? AND ?"))
    var ids: [Int64] = []
    for transcript in try transcripts(in: db) where ids.count < offset + limit {
      let first = transcript << Library.positionBits
      let last = first | (1 << Library.positionBits - 1)
      let missing = offset + limit - ids.count
      ids += try Int64.fetchAll(statement, arguments: [match, first, last] + segment.arguments + [missing])
    }
    return ids
  }

  /// Goes through the index once, from the last transcript to the first one.
  private func inOneGo(_ match: String, _ transcripts: [Int64], upTo count: Int, in db: Database) throws -> [Int64] {
    guard let last = transcripts.first, let first = transcripts.last else { return [] }
    let bits = Library.positionBits
    return try Int64.fetchAll(
      db,
      sql: indexed(
        "segments_fts.rowid BETWEEN ? AND ? AND segments_fts.rowid >> \(bits) IN (SELECT value FROM json_each(?))"),
      arguments: [match, first << bits, last << bits | (1 << bits - 1), try JSONText.encode(transcripts)]
        + segmentConditions.arguments + [count])
  }

  private func indexed(_ condition: String) -> String {
    let isEach = segmentConditions.sql.isEmpty
    return """
      SELECT segments_fts.rowid FROM segments_fts
      \(isEach ? "" : "CROSS JOIN segments s ON s.id = segments_fts.rowid")
      WHERE segments_fts MATCH ? AND \(condition) \(isEach ? "" : "AND " + segmentConditions.sql)
      ORDER BY segments_fts.rowid DESC LIMIT ?
      """
  }

  /// The newest ones of the recordings that are searched, the last one first; some of them when there are more.
  private func transcripts(in db: Database, upTo count: Int) throws -> [Int64] {
    try transcripts(in: db, "LIMIT \(count)").sorted(by: >)
  }

  private func transcripts(in db: Database) throws -> [Int64] { try transcripts(in: db, "ORDER BY t.id DESC") }

  private func transcripts(in db: Database, _ end: String) throws -> [Int64] {
    let (source, conditions) = (filter.source, filter.conditions)
    return try Int64.fetchAll(
      db,
      sql: """
        SELECT t.id FROM \(source.sql) o CROSS JOIN transcripts t ON t.id = \(Self.newestTranscript)
        WHERE \(conditions.sql) \(end)
        """, arguments: source.arguments + conditions.arguments)
  }

  /// In scripts without spaces a whole sentence is one word to the index: the texts themselves are looked through.
  private func unindexed(in db: Database) throws -> [Int64] {
    let (source, conditions, segment) = (filter.source, filter.conditions, segmentConditions)
    return try Int64.fetchAll(
      db,
      sql: """
        SELECT s.id FROM segments s CROSS JOIN transcripts t ON t.id = s.transcript
        CROSS JOIN \(source.sql) o ON o.recording = t.recording
        WHERE \(segment.sql) AND t.id = \(Self.newestTranscript) AND \(conditions.sql)
        ORDER BY s.id DESC LIMIT ? OFFSET ?
        """, arguments: segment.arguments + source.arguments + conditions.arguments + [limit, offset])
  }
}
