extension CommentaryRun {
  /// Lets the model combine the items of the windows into fewer, in rounds when they do not fit into one prompt.
  ///
  /// A failure to combine loses nothing: the items stay as they were before that round.
  mutating func combine() async throws {
    var limit = budget.window
    while items.count > 1, kind.combining == .always || items.count > kind.maxItems {
      do {
        let groups = try await groups(limit: limit)
        onEvent(.combining(items: items.count))
        var results: [CommentItem] = []
        for group in groups { results += try await combined(group) }
        results = CommentItem.merged(results)
        guard results.count < items.count else { throw CommentaryReply.Unusable.nothingCombined }
        items = results
        if groups.count == 1 { return }
      } catch let error as CommentBotError where error.code == .contextExceeded {
        limit /= 2
        if limit < CommentaryBudget.smallestWindow { return onEvent(.uncombined(cause: error.cause)) }
      } catch let error as CommentBotError where error.code == .badReply {
        return onEvent(.uncombined(cause: error.cause))
      } catch let error as CommentaryReply.Unusable {
        return onEvent(.uncombined(cause: error.cause))
      }
    }
  }

  /// The items in successive groups whose notes fit into one prompt each.
  private func groups(limit: Int) async throws -> [[CommentItem]] {
    var tokens: [Int] = []
    for (number, item) in items.enumerated() {
      tokens.append(try await model.countTokens(Self.note(number + 1, item)))
    }
    return CommentaryWindows.split(tokens, limit: limit, overlap: 0).map { Array(items[$0]) }
  }

  /// What the model makes of one group; each item cites all that its notes cite.
  private mutating func combined(_ group: [CommentItem]) async throws -> [CommentItem] {
    guard group.count > 1 else { return group }
    let notes = group.enumerated().map { Self.note($0.offset + 1, $0.element) }
    let request = request(prompt.combination(notes, maxItems: kind.maxItems), maxItems: kind.maxItems)
    try await requireRoom(for: request)
    // A part would drop what the last windows gave.
    let answer = try await dialogue.ask(request, acceptsPart: false)
    let items = answer.prefix(kind.maxItems).compactMap { item -> CommentItem? in
      let text = CommentaryText.cleaned(item.text, markedAt: kind.maxTextLength)
      let sources = Set(item.segments).filter { (1...group.count).contains($0) }
      // Without a note behind it, nothing tells where it was said.
      guard !text.isEmpty, !sources.isEmpty else { return nil }
      return CommentItem(text: text, citations: Citation.union(sources.map { group[$0 - 1].citations }))
    }
    guard !items.isEmpty else { throw CommentaryReply.Unusable.noSources }
    return items
  }

  private static func note(_ number: Int, _ item: CommentItem) -> String {
    "[\(number)] \(CommentaryText.quoted(item.text))\n"
  }
}

extension CommentItem {
  /// The items without those that say the same as an earlier one, which takes over their citations.
  static func merged(_ items: [CommentItem]) -> [CommentItem] {
    var merged: [CommentItem] = []
    var positions: [String: Int] = [:]
    for item in items {
      let key = CommentaryText.comparisonKey(item.text)
      if key.isEmpty { continue }
      if let position = positions[key] {
        merged[position].citations = Citation.union([merged[position].citations, item.citations])
      } else {
        positions[key] = merged.count
        merged.append(item)
      }
    }
    return merged
  }
}

extension Citation {
  /// All of them, each once, in the order of the transcript.
  static func union(_ lists: [[Citation]]) -> [Citation] {
    Dictionary(lists.joined().map { ($0.segment, $0) }) { first, _ in first }.values.sorted { $0.segment < $1.segment }
  }
}
