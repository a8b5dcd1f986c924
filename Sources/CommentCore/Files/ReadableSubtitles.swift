/// Subtitles that people can read: at most two lines of 42 columns, 1 to 7 seconds long where their neighbours leave
/// room, no faster than 20 columns a second where there is silence to go on into.
///
/// Every word of the transcript is in exactly one of them, in order. They neither overlap nor leave the audio.
struct ReadableSubtitles {
  /// A pause from which on a new subtitle begins, in seconds.
  static let pause = 1.0

  struct Cue: Equatable {
    /// Milliseconds.
    var start: Int
    var end: Int
    var lines: [String]
    /// Until when its words are heard; ``end`` may be later, so that they can be read.
    var spokenEnd: Int
  }

  let cues: [Cue]

  /// - Parameters:
  ///   - transcript: of one speaker, where speakers are told apart: they may speak at the same time.
  ///   - lineColumns: that a line may have.
  init(_ transcript: Transcript, lineColumns: Int = SubtitleLayout.lineColumns) {
    let units = SubtitleUnits(transcript, lineColumns: lineColumns).units
    var subtitles: [SubtitleLayout.Lines] = []
    var first = 0
    for next in units.indices.dropFirst() where Self.isApart(units[next - 1], units[next]) {
      subtitles +=
        SubtitleLayout(units, in: first..<next, nextStart: units[next].start, lineColumns: lineColumns).subtitles
      first = next
    }
    let duration = transcript.duration.isFinite ? max(0, transcript.duration) : 0
    let end = duration > 0 ? duration : (units.last?.end ?? 0) + SubtitleLayout.longest
    subtitles +=
      SubtitleLayout(units, in: first..<units.count, nextStart: end, lineColumns: lineColumns).subtitles
    cues = Self.timed(subtitles, of: units, end: PythonText.milliseconds(end))
  }

  /// Whether nothing keeps the two in one subtitle.
  static func isApart(_ left: SubtitleUnit, _ right: SubtitleUnit) -> Bool {
    right.beginsTurn || right.start - left.end > pause
  }

  private static func timed(_ subtitles: [SubtitleLayout.Lines], of units: [SubtitleUnit], end: Int) -> [Cue] {
    // Broken times may give several subtitles one start: each gets a millisecond at least.
    let end = max(end, subtitles.count)
    var starts = subtitles.map { PythonText.milliseconds(units[$0[0].lowerBound].start) }
    for index in starts.indices.dropFirst() { starts[index] = max(starts[index], starts[index - 1] + 1) }
    for index in starts.indices.reversed() {
      starts[index] = min(starts[index], (index + 1 < starts.count ? starts[index + 1] : end) - 1)
    }
    return subtitles.indices.map { index in
      let lines = subtitles[index]
      let words = units[lines[0].lowerBound..<lines[lines.count - 1].upperBound]
      let spoken = PythonText.milliseconds(words.last?.latestEnd ?? 0)
      let seconds = Double(words.reduce(0) { $0 + $1.columns + ($1.hasSpace ? 1 : 0) }) / SubtitleLayout.readingRate
      let read = starts[index] + PythonText.milliseconds(max(SubtitleLayout.shortest, seconds))
      let limit = min(
        index + 1 < starts.count ? starts[index + 1] : end,
        starts[index] + PythonText.milliseconds(SubtitleLayout.longest))
      return Cue(
        start: starts[index], end: min(max(spoken, read), limit), lines: lines.map { text(units[$0]) },
        spokenEnd: min(spoken, limit))
    }
  }

  private static func text(_ units: ArraySlice<SubtitleUnit>) -> String {
    units.enumerated().map { ($0 > 0 && $1.hasSpace ? " " : "") + $1.text }.joined()
  }
}
