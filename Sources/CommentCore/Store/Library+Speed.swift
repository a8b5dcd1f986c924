import GRDB

extension Library {
  /// Seconds of audio that a model has transcribed a second, over its last runs here; nil when there are none.
  public func transcriptionSpeed(model: String) async throws -> Double? {
    try await read { db in
      let speeds = try Double.fetchAll(
        db,
        sql: """
          SELECT json_extract(report, '$.transcribedSeconds') / json_extract(report, '$.timings.transcribe')
          FROM runs WHERE outcome = 'succeeded' AND json_extract(report, '$.transcribedSeconds') > 1
            AND recording IN (SELECT recording FROM transcripts WHERE model = ?)
          ORDER BY started_at DESC LIMIT 9
          """, arguments: [model]
      ).sorted()
      return speeds.isEmpty ? nil : speeds[speeds.count / 2]
    }
  }
}
