/// Turns what a model has written about one window into items, each with where it was said and whether that is proven.
struct CommentaryProof {
  /// Words that a quote from elsewhere than cited must have to tell where it is from.
  private static let wordsToMove = 5.0

  let kind: CommentKind
  let segments: [Int: Segment]
  /// Whether nothing but what was said word for word may be shown.
  let isWeak: Bool
  private let shown: Set<Int>
  private let evidence: CommentaryEvidence

  init(_ kind: CommentKind, window: [TranscriptPiece], segments: [Int: Segment], isWeak: Bool) {
    self.kind = kind
    self.segments = segments
    self.isWeak = isWeak
    shown = Set(window.map(\.segment))
    evidence = CommentaryEvidence(window)
  }

  /// The item with its citations; `grounded` says whether its quote stands in the segments that it cites.
  func check(_ item: CommentaryReply.Item) -> CommentItem {
    let text = CommentaryText.cleaned(item.text, markedAt: kind.maxTextLength)
    let quoted = CommentaryText.wholeWords(of: item.quote, cutAt: CommentaryPrompt.longestQuote)
    if isWeak || kind.isVerbatim {
      let words = CommentaryText.wholeWords(of: item.text, cutAt: kind.maxTextLength)
      // The segment numbers of a weak model are invented.
      if let found = evidence.segments(for: words) {
        // And so are its other fields.
        return .said(words, details: isWeak ? nil : kind.details(in: item), in: cited(found))
      }
      if isWeak, let found = evidence.segments(for: quoted) { return .said(quoted, in: cited(found)) }
    }
    let (quote, found) = (quoted, place(of: quoted, cited: item.segments))
    let isProven = found != nil && !isWeak && !kind.isVerbatim
    let sources = found ?? Array(shown.intersection(item.segments))
    return CommentItem(
      text: text, details: kind.details(in: item), quote: quote.isEmpty ? nil : quote, grounded: isProven,
      citations: cited(sources))
  }

  /// The segments that the quote stands in together with those that the item cites besides; nil when it was not said
  /// there.
  private func place(of quote: String, cited numbers: [Int]) -> [Int]? {
    let cited = shown.intersection(numbers)
    if let found = evidence.segments(for: quote, citing: cited) { return Array(cited.union(found)) }
    // The words prove where they were said better than a number does.
    let isLong = CommentaryText.weight(of: CommentaryText.comparisonWords(of: quote)) >= Self.wordsToMove
    return isLong ? evidence.segments(for: quote) : nil
  }

  private func cited(_ ids: [Int]) -> [Citation] { Citation.of(Set(ids), in: segments) }
}

extension CommentItem {
  /// An item that was said word for word.
  static func said(_ text: String, details: [String: String]? = nil, in citations: [Citation]) -> CommentItem {
    CommentItem(text: text, details: details, quote: text, grounded: true, citations: citations)
  }
}

extension Citation {
  /// The segments in the order of the transcript, with their times.
  static func of(_ ids: Set<Int>, in segments: [Int: Segment]) -> [Citation] {
    ids.sorted().compactMap { id in
      segments[id].map { Citation(segment: $0.id, start: $0.start, end: $0.end) }
    }
  }
}
