/// The one place where a segment becomes text for people.
///
/// Every format takes a segment's words from here, and how it says who speaks.
enum SegmentText {
  /// A stretch of text with its times.
  struct Piece {
    var text: String
    var start: Double
    var end: Double
    /// Times that the engine gave to this very text; otherwise they are the segment's.
    var isTimed = true
  }

  /// The segment in one line, without the space around it.
  static func line(_ segment: Segment) -> String { PythonText.strip(segment.text) }

  /// `A: ` before what somebody says; nothing where speakers are not told apart.
  static func label(_ speaker: String?) -> String { speaker.map { $0 + ": " } ?? "" }

  /// The segment by its words, or whole when it has none or when they say something else than its text.
  static func pieces(_ segment: Segment) -> [Piece] {
    let words = segment.words ?? []
    guard letters(words.lazy.map(\.word).joined()).elementsEqual(letters(segment.text)) else {
      return [Piece(text: segment.text, start: segment.start, end: segment.end, isTimed: false)]
    }
    return words.map { Piece(text: $0.word, start: $0.start, end: $0.end) }
  }

  /// Several segments as one text, with a space between them unless their script has none.
  static func joined(_ segments: some Sequence<Segment>) -> String {
    segments.lazy.map(line).reduce("") { text, line in
      guard let last = text.last, let first = line.first else { return text + line }
      return text + (last.isUnspaced && first.isUnspaced ? "" : " ") + line
    }
  }

  private static func letters(_ text: some Sequence<Character>) -> [Unicode.Scalar] {
    text.flatMap(\.unicodeScalars).filter { !PythonText.isSpace($0) }
  }
}

extension Segment {
  /// The segment in one line, with its speaker when there is one: `A: Hello.`
  public var spokenLine: String { SegmentText.label(speaker) + SegmentText.line(self) }
}
