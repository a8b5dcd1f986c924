import GRDB

extension Library {
  /// Seconds of audio that a model has transcribed a second, over its last runs here; nil when there are none.
  public func transcriptionSpeed(of model: EngineIdentity) async throws -> Double? {
    try await read { db in
      // A run has made the transcripts of its recording that were stored while it went on.
      let speeds = try Double.fetchAll(
        db,
        sql: """
          SELECT json_extract(report, '$.transcribedSeconds') / json_extract(report, '$.timings.transcribe')
          FROM runs WHERE json_extract(report, '$.transcribedSeconds') > 1
            AND json_extract(report, '$.timings.transcribe') > 0
            AND EXISTS (SELECT 1 FROM transcripts WHERE recording = runs.recording AND engine = ? AND model = ?
              AND transcripts.created_at BETWEEN runs.started_at AND runs.finished_at)
          ORDER BY started_at DESC LIMIT 9
          """, arguments: [model.engine, model.model]
      ).sorted()
      return speeds.isEmpty ? nil : speeds[speeds.count / 2]
    }
  }

  /// Seconds that a model has taken to write a kind of comment, for each second of audio, over its last comments here;
  /// nil when there are none. Long recordings count most: they say most about how the time grows.
  public func commentingCost(of model: EngineIdentity, kind: String) async throws -> Double? {
    try await read { db in
      try Double.fetchOne(
        db,
        sql: """
          SELECT sum(seconds) / sum(duration) FROM (
            SELECT comments.seconds, transcripts.duration
            FROM comments JOIN transcripts ON transcripts.id = comments.transcript
            WHERE comments.engine = ? AND comments.model = ? AND kind = ? AND duration > 1
            ORDER BY comments.id DESC LIMIT 9)
          """, arguments: [model.engine, model.model, kind])
    }
  }
}
