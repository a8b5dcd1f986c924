/// A whole sentence of a transcript, word for word: segments may begin and end within one.
struct TranscriptSentence: Equatable {
  var text: String
  /// Those that it was said in, in order.
  var segments: [Int]

  /// Whether it ends as a question does, in one of the scripts that mark it.
  var isQuestion: Bool { text.last.map { "?？؟".contains($0) } ?? false }

  /// What ends a sentence where a space or nothing follows; in scripts without spaces, anywhere.
  private static let ends: Set<Character> = [".", "?", "!", "…", "؟"]
  private static let unspacedEnds: Set<Character> = ["。", "！", "？"]

  /// All sentences in the order of the transcript.
  /// - Parameter longest: characters; what goes on beyond them is ended with its segment.
  static func all(of segments: [Segment], longest: Int) -> [TranscriptSentence] {
    var sentences: [TranscriptSentence] = []
    var current = TranscriptSentence(text: "", segments: [])
    func end() {
      current.text = CommentaryText.cleaned(current.text)
      if !current.text.isEmpty { sentences.append(current) }
      current = TranscriptSentence(text: "", segments: [])
    }
    var speaker: String?
    var last: Int?
    for segment in segments {
      // Segments that did not follow each other make no sentence.
      if let last, segment.id != last + 1 { end() }
      last = segment.id
      if segment.speaker != speaker || current.text.count > longest { end() }
      speaker = segment.speaker
      for (part, isWhole) in parts(of: segment.text) {
        current.text += part
        if current.segments.last != segment.id { current.segments.append(segment.id) }
        if isWhole { end() }
      }
    }
    end()
    return sentences
  }

  /// The text parted behind the ends of sentences.
  private static func parts(of text: String) -> [(text: Substring, isWhole: Bool)] {
    var parts: [(Substring, Bool)] = []
    var start = text.startIndex
    for index in text.indices {
      let next = text.index(after: index)
      let isEnd =
        unspacedEnds.contains(text[index])
        || (ends.contains(text[index]) && (next == text.endIndex || text[next].isWhitespace))
      if isEnd {
        parts.append((text[start..<next], true))
        start = next
      }
    }
    let rest = text[start...]
    return rest.allSatisfy(\.isWhitespace) ? parts : parts + [(rest, false)]
  }
}
