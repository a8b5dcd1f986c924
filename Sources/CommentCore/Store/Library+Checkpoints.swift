import GRDB

extension Library {
  /// Keeps a finished window of a transcript that is not finished, so that a killed run goes on after it.
  ///
  /// - Parameters:
  ///   - transcriptKey: the key that the transcript will have.
  ///   - channel: position among the channels that are transcribed by themselves; 0 for the mix.
  ///   - sha256: the recording, which must be in the library.
  public func saveWindow(
    _ window: TranscriptionWindow, transcriptKey: String, channel: Int = 0, of sha256: String
  ) async throws {
    let now = now()
    try await write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO transcription_windows
            (transcript_key, channel, start, "end", recording, window, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          transcriptKey, channel, window.start, window.end, sha256, try JSONText.encode(window), now.milliseconds,
        ])
    }
  }

  /// The kept windows from 0 on, without a gap between them; what follows a gap is of no use and left out.
  public func windows(of transcriptKey: String, channel: Int = 0) async throws -> [TranscriptionWindow] {
    try await read { db in
      var windows: [TranscriptionWindow] = []
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT start, window FROM transcription_windows WHERE transcript_key = ? AND channel = ? ORDER BY start
          """, arguments: [transcriptKey, channel])
      while let row = try rows.next(), row["start"] == windows.last?.end ?? 0 {
        // One that another version has written is transcribed again.
        guard let window = try? JSONText.decode(TranscriptionWindow.self, from: row["window"]) else { break }
        windows.append(window)
      }
      return windows
    }
  }
}
