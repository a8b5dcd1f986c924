import GRDB

extension Library {
  /// Less audio than this takes as long as this, in seconds: models are loaded, and Whisper always computes 30 s.
  public static let leastTranscribed = 20.0
  /// The same of comments: a model is loaded, and an answer has its length whatever the recording's.
  public static let leastCommented = 60.0

  /// Seconds of audio that a model has transcribed a second, over its last runs here, none counted as less than
  /// ``leastTranscribed``; nil when there are none.
  public func transcriptionSpeed(of model: EngineIdentity) async throws -> Double? {
    try await read { db in
      // A run has made the transcripts of its recording that were stored while it went on.
      try Double.fetchOne(
        db,
        sql: """
          SELECT sum(max(audio, ?)) / sum(wall) FROM (
            SELECT json_extract(report, '$.transcribedSeconds') AS audio, json_extract(report, '$.timings.transcribe') AS wall
            FROM runs WHERE audio > 1 AND wall > 0
              AND EXISTS (SELECT 1 FROM transcripts WHERE recording = runs.recording AND engine = ? AND model = ?
                AND transcripts.created_at BETWEEN runs.started_at AND runs.finished_at)
            ORDER BY started_at DESC LIMIT 9)
          """, arguments: [Self.leastTranscribed, model.engine, model.model])
    }
  }

  /// Seconds that a model has taken to write a kind of comment, for each second of audio, over its last comments here;
  /// none counted as less than ``leastCommented``; nil when there are none.
  public func commentingCost(of model: EngineIdentity, kind: String) async throws -> Double? {
    try await read { db in
      try Double.fetchOne(
        db,
        sql: """
          SELECT sum(seconds) / sum(max(duration, ?)) FROM (
            SELECT comments.seconds, transcripts.duration
            FROM comments JOIN transcripts ON transcripts.id = comments.transcript
            WHERE comments.engine = ? AND comments.model = ? AND kind = ? AND duration > 1
            ORDER BY comments.id DESC LIMIT 9)
          """, arguments: [Self.leastCommented, model.engine, model.model, kind])
    }
  }
}
