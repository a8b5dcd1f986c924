/// Finds where words were said.
struct CommentaryEvidence {
  /// Fewer words than this are said by chance.
  private static let fewestWords = 3.0
  /// Stands between segments that did not follow each other: no quote has it.
  private static let gap = "\u{0}"

  /// All words in their order, each with its segment.
  private let said: [(word: String, segment: Int)]

  init(_ pieces: [TranscriptPiece]) {
    var said: [(word: String, segment: Int)] = []
    for (index, piece) in pieces.enumerated() {
      if index > 0, piece.segment > pieces[index - 1].segment + 1 { said.append((Self.gap, piece.segment)) }
      said += CommentaryText.comparisonWords(of: piece.text).map { ($0, piece.segment) }
    }
    self.said = said
  }

  /// The segments in which the words were said one after the other for the first time; nil when they were not, or are
  /// too few to tell anything. Left-out words are not forgiven: a "not" may be among them.
  /// - Parameter cited: segments of which one must be among them; nil for all.
  func segments(for quote: String, citing cited: Set<Int>? = nil) -> [Int]? {
    let words = CommentaryText.comparisonWords(of: quote)
    guard CommentaryText.weight(of: words) >= Self.fewestWords, words.count <= said.count else { return nil }
    for start in 0...said.count - words.count where said[start].word == words[0] {
      guard words.indices.allSatisfy({ said[start + $0].word == words[$0] }) else { continue }
      let segments = said[start..<start + words.count].map(\.segment)
      if cited.map({ segments.contains(where: $0.contains) }) ?? true {
        return segments.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
      }
    }
    return nil
  }
}
