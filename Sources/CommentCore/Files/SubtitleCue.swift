/// One subtitle. Times are milliseconds from 0.
struct SubtitleCue: Equatable {
  var start: Int
  var end: Int
  var text: String
  /// nil where speakers are not told apart.
  var speaker: String?

  /// The arrow between two times cannot stand in a cue's text.
  static func harmless(_ text: String) -> String {
    PythonText.replace("-->", with: "->", in: text)
  }
}

/// How a kind of subtitle file writes times.
struct SubtitleClock {
  /// SRT always writes hours, WebVTT only when there are any.
  let alwaysHours: Bool
  let decimalMark: Character

  static let srt = SubtitleClock(alwaysHours: true, decimalMark: ",")
  static let vtt = SubtitleClock(alwaysHours: false, decimalMark: ".")

  /// `[hh:]mm:ss.mmm` for milliseconds from 0.
  func text(_ total: Int) -> String {
    let hours = total / 3_600_000
    let start = alwaysHours || hours > 0 ? "\(Self.padded(hours, 2)):" : ""
    let minutes = Self.padded(total / 60_000 % 60, 2)
    return "\(start)\(minutes):\(Self.padded(total / 1000 % 60, 2))\(decimalMark)\(Self.padded(total % 1000, 3))"
  }

  /// The number with zeros before it.
  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
