/// Finds where words were said.
struct CommentaryEvidence {
  /// Fewer words than this are said by chance.
  private static let fewestWords = 3

  /// All words in their order, each with its segment.
  private let said: [(word: String, segment: Int)]

  init(_ pieces: [TranscriptPiece]) {
    said = pieces.flatMap { piece in
      CommentaryText.comparisonWords(of: piece.text).map { ($0, piece.segment) }
    }
  }

  /// The segments in which the words were said one after the other for the first time; nil when they were not, or are
  /// too few to tell anything. Between the parts of a quote with an ellipsis other words may have been said.
  /// - Parameter cited: segments of which one must be among them; nil for all.
  func segments(for quote: String, citing cited: Set<Int>? = nil) -> [Int]? {
    let parts = quote.replacing("...", with: "…").split(separator: "…")
      .map { CommentaryText.comparisonWords(of: String($0)) }.filter { !$0.isEmpty }
    guard !parts.isEmpty, parts.allSatisfy({ $0.count >= Self.fewestWords }) else { return nil }
    var segments: [Int] = []
    for part in parts {
      guard let found = place(of: part, citing: cited) else { return nil }
      segments += found
    }
    return segments.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func place(of words: [String], citing cited: Set<Int>?) -> [Int]? {
    guard words.count <= said.count else { return nil }
    for start in 0...said.count - words.count where said[start].word == words[0] {
      guard words.indices.allSatisfy({ said[start + $0].word == words[$0] }) else { continue }
      let segments = said[start..<start + words.count].map(\.segment)
      if cited.map({ segments.contains(where: $0.contains) }) ?? true { return segments }
    }
    return nil
  }
}
