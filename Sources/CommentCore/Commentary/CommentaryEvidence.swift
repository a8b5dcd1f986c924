/// Finds where a text was said by its words, for weak models, whose segment numbers and sentences are often invented.
struct CommentaryEvidence {
  /// Share of a text's words that the segments must hold.
  static let leastShare = 0.75
  /// Consecutive segments that one text may rest on.
  private static let mostSegments = 3
  private static let fewestWords = 3

  private let segments: [(id: Int, words: Set<String>)]

  init(_ pieces: [TranscriptPiece]) {
    segments = pieces.map { ($0.segment, CommentaryText.contentWords(of: $0.text)) }
  }

  /// The shortest run of segments that holds most of the text's words and all of its figures; nil when none does.
  func segments(for text: String) -> [Int]? {
    let wanted = CommentaryText.contentWords(of: text)
    guard wanted.count >= Self.fewestWords else { return nil }
    let figures = wanted.filter { $0.contains(where: \.isNumber) }
    var best: (share: Double, run: Range<Int>)?
    for length in 1...Self.mostSegments {
      for start in segments.indices where start + length <= segments.count {
        let run = start..<start + length
        let said = segments[run].reduce(into: Set<String>()) { $0.formUnion($1.words) }
        let share = Double(wanted.intersection(said).count) / Double(wanted.count)
        if share >= Self.leastShare, share > best?.share ?? 0, figures.isSubset(of: said) { best = (share, run) }
      }
    }
    return best.map { segments[$0.run].map(\.id) }
  }
}
