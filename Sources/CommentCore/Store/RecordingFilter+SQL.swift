import GRDB

extension RecordingFilter {
  /// Whether any recording is as good as another.
  var isEmpty: Bool { self == RecordingFilter() }

  /// The recordings as their owner sees them: `recording, name, path, created_at`.
  var source: (sql: String, arguments: StatementArguments) {
    guard let owner else { return ("(SELECT sha256 AS recording, name, path, created_at FROM recordings)", []) }
    return ("(SELECT recording, name, path, created_at FROM recording_owners WHERE owner = ?)", [owner])
  }

  /// On ``source`` as `o` and the newest transcript as `t`; what is not asked for is not there.
  var conditions: (sql: String, arguments: StatementArguments) {
    var parts: [String] = []
    var arguments = StatementArguments()
    func require(_ condition: String, _ values: StatementArguments) {
      parts.append(condition)
      arguments += values
    }
    if let sha256 { require("o.recording = ?", [sha256]) }
    // GRDB's own function: SQLite's lower() knows ASCII only.
    if let name { require("instr(swiftLowercaseString(o.name), ?) > 0", [name.lowercased()]) }
    if let language { require("t.language = ?", [language]) }
    if let from { require("o.created_at >= ?", [from.milliseconds]) }
    if let to { require("o.created_at < ?", [to.milliseconds]) }
    if let after { require("(o.created_at, o.recording) < (?, ?)", [after.created.milliseconds, after.sha256]) }
    return (parts.isEmpty ? "1" : parts.joined(separator: " AND "), arguments)
  }
}
