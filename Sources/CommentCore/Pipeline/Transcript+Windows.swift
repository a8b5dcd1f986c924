extension Transcript {
  /// Joins finished windows: segments are numbered through, the language is the one that most speech was decoded with.
  public init(
    windows: [TranscriptionWindow], key: String, engine: EngineIdentity, options: TranscriptionOptions,
    duration: Double
  ) {
    var segments: [Segment] = []
    var seconds: [String: Double] = [:]
    for window in windows {
      for var segment in window.segments {
        segment.id = segments.count
        segment.language = segment.language ?? window.language
        seconds[segment.language ?? "", default: 0] += segment.end - segment.start
        segments.append(segment)
      }
    }
    let language =
      seconds.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
      ?? windows.compactMap(\.language).first ?? options.language ?? ""
    self.init(
      key: key, language: language,
      languageProbability: windows.first { $0.language == language }?.languageProbability,
      duration: duration, engine: engine.engine, model: engine.model, options: options, segments: segments,
      dropped: DroppedSpan.merged(windows.flatMap(\.dropped)))
  }
}

extension DroppedSpan {
  /// Joins spans without text that touch and have the same reason.
  static func merged(_ spans: [DroppedSpan]) -> [DroppedSpan] {
    spans.reduce(into: []) { merged, span in
      if let last = merged.last, last.reason == span.reason, last.text == nil, span.text == nil,
        span.start - last.end < 0.001
      {
        merged[merged.count - 1].end = span.end
      } else {
        merged.append(span)
      }
    }
  }
}
