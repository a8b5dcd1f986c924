/// What a subtitle keeps together: a word with its punctuation, or one character of a script without spaces.
struct SubtitleUnit: Equatable {
  /// How well a subtitle or a line ends at a place.
  enum Break: Equatable {
    case sentence
    case clause
    case word
    /// After a word so short that it most likely belongs to the next one.
    case shortWord
    /// Within a text without spaces, most likely within a word.
    case inside
  }

  var text: String
  var columns: Int
  var start: Double
  var end: Double
  /// Until when it may still be heard: later than ``end`` where the times are only estimated.
  var latestEnd: Double
  /// Whether a space is before it, where it does not begin a line.
  var hasSpace: Bool
  var beginsSegment = false
  /// Whether the next subtitle begins here, because somebody else has spoken in between.
  var beginsTurn = false
  /// Whether the times are the engine's own, so that a gap before it is a pause.
  var isTimed: Bool

  var isOpening: Bool { text.allSatisfy(\.bindsToNext) }
  var isClosing: Bool { text.allSatisfy(\.bindsToPrevious) }

  /// The quality of a break between this and the next.
  func end(before next: SubtitleUnit) -> Break {
    guard let mark = text.last(where: { !"\"'”’»)]）」』".contains($0) }) else { return next.hasSpace ? .word : .inside }
    if "!?。！？؟۔।॥".contains(mark) || mark == "." && !isAbbreviation(before: next) { return .sentence }
    if ",;:…—–、，；：،؛".contains(mark) { return .clause }
    // Whisper leaves out marks more often than capitals.
    if next.beginsSegment, next.text.first?.isUppercase == true { return .clause }
    if next.hasSpace { return text.count <= 3 && mark.isLetter && !mark.isUnspaced ? .shortWord : .word }
    // In Japanese most words begin with a kanji or in katakana and end in hiragana.
    return mark.isHiragana && next.text.first?.isHiragana == false ? .word : .inside
  }

  /// A point that ends no sentence: `e.g.`, `Dr.`, `J.`, or one that goes on in lower case.
  private func isAbbreviation(before next: SubtitleUnit) -> Bool {
    let letters = text.dropLast()
    return next.text.first?.isLowercase == true || letters.count <= 2 && letters.allSatisfy(\.isLetter)
  }
}
