/// What was heard on one channel, and who speaks on it.
///
/// Here segments get their speaker, and nowhere else. A model that tells voices apart fits in at ``segments``: it gives
/// each segment the speaker of its time, where now all have the channel's. Everything after it (interleaving, files,
/// database, prompts) takes speakers as they come.
struct SpokenChannel {
  /// nil for the mix, in which speakers are not told apart.
  let speaker: String?
  private(set) var segments: [Segment] = []
  private(set) var dropped: [DroppedSpan] = []

  /// Joins finished windows.
  init(speaker: String?, windows: [TranscriptionWindow]) {
    self.speaker = speaker
    for window in windows {
      for var segment in window.segments {
        segment.language = segment.language ?? window.language
        segment.speaker = speaker
        segments.append(segment)
      }
    }
    dropped = DroppedSpan.merged(windows.flatMap(\.dropped)).map { span in
      var span = span
      span.speaker = speaker
      return span
    }
  }

  /// Takes segments out of the transcript; each is asked for once, in the order of time.
  mutating func drop(_ reason: DroppedSpan.Reason, where isUnwanted: (Segment) -> Bool) {
    var kept: [Segment] = []
    for segment in segments {
      if isUnwanted(segment) {
        dropped.append(
          DroppedSpan(start: segment.start, end: segment.end, reason: reason, text: segment.text, speaker: speaker))
      } else {
        kept.append(segment)
      }
    }
    segments = kept
    dropped.sort { $0.start < $1.start }
  }

  /// `A` for the first channel, `Z` for the 26th, `AA` for the 27th.
  static func speaker(ofChannel channel: Int) -> String {
    let (rest, letter) = (channel / 26, channel % 26)
    let name = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(letter)))
    return rest == 0 ? name : speaker(ofChannel: rest - 1) + name
  }
}

extension DroppedSpan {
  /// Joins spans without text that touch and have the same reason.
  fileprivate static func merged(_ spans: [DroppedSpan]) -> [DroppedSpan] {
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
