/// Finds where a text was said, word for word: of weak models nothing else is shown, because their segment numbers and many
/// of their sentences are invented.
struct CommentaryEvidence {
  private static let fewestWords = 3

  /// All words in their order, each with its segment.
  private let said: [(word: String, segment: Int)]

  init(_ pieces: [TranscriptPiece]) {
    said = pieces.flatMap { piece in
      CommentaryText.comparisonWords(of: piece.text).map { ($0, piece.segment) }
    }
  }

  /// The segments in which the text was said for the first time; nil when it was not, or is too short to tell anything.
  func segments(for text: String) -> [Int]? {
    let words = CommentaryText.comparisonWords(of: text)
    guard words.count >= Self.fewestWords, words.count <= said.count else { return nil }
    let start = (0...said.count - words.count).first { start in
      words.indices.allSatisfy { said[start + $0].word == words[$0] }
    }
    guard let start else { return nil }
    return said[start..<start + words.count].reduce(into: []) { segments, word in
      if segments.last != word.segment { segments.append(word.segment) }
    }
  }
}
