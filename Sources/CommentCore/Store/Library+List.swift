import Foundation
import GRDB

extension Library {
  /// Recordings, the newest first.
  public func recordings(_ filter: RecordingFilter = RecordingFilter()) async throws -> [RecordingSummary] {
    try await read { db in
      let (source, conditions) = (filter.source, filter.conditions)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT r.sha256, o.name, r.duration, o.created_at, t.language, t.folder,
            (SELECT json_group_array(kind) FROM (SELECT kind FROM comments WHERE transcript = t.id ORDER BY kind)) AS kinds
          FROM \(source.sql) o JOIN recordings r ON r.sha256 = o.recording
          LEFT JOIN transcripts t ON t.id = (SELECT max(id) FROM transcripts WHERE recording = r.sha256)
          WHERE \(conditions.sql) ORDER BY o.created_at DESC, o.recording DESC LIMIT ?
          """, arguments: source.arguments + conditions.arguments + [filter.limit.map { max(0, $0) } ?? -1])
      return try rows.map { row in
        RecordingSummary(
          sha256: row["sha256"], name: row["name"], duration: row["duration"], language: row["language"],
          folder: row["folder"], kinds: try JSONText.decode(from: row["kinds"]),
          created: Date(milliseconds: row["created_at"]))
      }
    }
  }
}
