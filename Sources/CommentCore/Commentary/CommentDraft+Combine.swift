extension CommentDraft {
  /// Lets the model combine the items of the windows into fewer, in rounds when they do not fit into one prompt.
  ///
  /// A failure to combine loses nothing: the items stay as they were before that round.
  mutating func combine() async throws {
    if kind.combining == .never || kind.isVerbatim {
      return keepMostCentral()
    }
    var limit = context.budget.window
    while items.count > 1, kind.combining == .always || items.count > kind.maxItems {
      do {
        let groups = try await groups(limit: limit)
        context.onEvent(.combining(kind: kind.name, items: items.count))
        var results: [CommentItem] = []
        var passedOver = 0
        for group in groups { results += try await combined(group, passedOver: &passedOver) }
        results = merged(results)
        guard results.count < items.count else { throw CommentaryReply.Unusable.nothingCombined }
        items = results
        leftOut += passedOver
        if groups.count == 1 { return }
      } catch let error as CommentBotError where error.code == .contextExceeded {
        limit /= 2
        if limit < CommentaryBudget.smallestWindow { return leaveUncombined(error.cause) }
      } catch let error as CommentBotError where [.badReply, .serverError, .refused].contains(error.code) {
        return leaveUncombined(error.cause)
      } catch let error as CommentaryReply.Unusable {
        return leaveUncombined(error.cause)
      }
    }
  }

  private func leaveUncombined(_ cause: String) {
    context.onEvent(.uncombined(kind: kind.name, cause: cause))
  }

  /// The items in successive groups whose notes fit into one prompt each.
  private func groups(limit: Int) async throws -> [[CommentItem]] {
    var tokens: [Int] = []
    for (number, item) in items.enumerated() {
      tokens.append(try await context.model.countTokens(note(number + 1, item)))
    }
    return CommentaryWindows.split(tokens, limit: limit, overlap: 0).map { Array(items[$0]) }
  }

  /// What the model makes of one group; each item cites all that its notes cite, and the first one's quote proves it.
  /// - Parameter passedOver: counts the notes that no item names.
  private mutating func combined(_ group: [CommentItem], passedOver: inout Int) async throws -> [CommentItem] {
    guard group.count > 1 else { return group }
    let notes = group.enumerated().map { note($0.offset + 1, $0.element) }
    let request = ChatRequest(
      prompt.combination(notes, maxItems: kind.maxItems),
      schema: prompt.combiningSchema(maxItems: kind.maxItems, notes: group.count),
      maxTokens: min(kind.maxAnswerTokens, context.budget.answer))
    try await context.requireRoom(for: request)
    // A part would drop what the last windows gave.
    let answer = try await dialogue.ask(request, acceptsPart: false, in: context)
    var named: Set<Int> = []
    let items = answer.prefix(kind.maxItems).flatMap { item -> [CommentItem] in
      let text = CommentaryText.cleaned(item.text, markedAt: kind.maxTextLength)
      let numbers = Set(item.segments).filter { (1...group.count).contains($0) }.sorted()
      let sources = numbers.map { group[$0 - 1] }
      // Without a note behind it, nothing tells where it was said.
      guard !text.isEmpty, let first = sources.first else { return [] }
      named.formUnion(numbers)
      let combined = CommentItem(
        text: text, details: kind.details(in: item, from: sources) ?? first.details, quote: first.quote, grounded: true,
        citations: Citation.union(sources.map(\.citations)))
      // What no note says is not proven by their quotes: then they stay as they are.
      return combined.isSupported(by: sources) ? [combined] : sources
    }
    guard !items.isEmpty else { throw CommentaryReply.Unusable.noSources }
    passedOver += group.count - named.count
    return items
  }

  private func note(_ number: Int, _ item: CommentItem) -> String {
    let details = kind.details.compactMap { field in item.details?[field.name].map { "\(field.name): \($0)" } }
    let text = ([item.text] + details).joined(separator: "; ")
    return "[\(number)] \(CommentaryText.quoted(text))\n"
  }
}

extension CommentKind {
  /// What the item holds in the kind's fields besides its text, harmless; nil for nothing.
  func details(in item: CommentaryReply.Item) -> [String: String]? {
    var values: [String: String] = [:]
    for field in details {
      let value = CommentaryText.cleaned(item.details[field.name] ?? "", markedAt: maxTextLength)
      if case .choice(let choices) = field.meaning, !choices.contains(value) { continue }
      if !value.isEmpty { values[field.name] = value }
    }
    return values.isEmpty ? nil : values
  }

  /// What of it the notes hold too: who says what, and by when, is not made up while they are combined.
  func details(in item: CommentaryReply.Item, from notes: [CommentItem]) -> [String: String]? {
    let kept = details(in: item)?.filter { name, value in
      let wanted = CommentaryText.comparisonKey(value)
      return notes.contains { $0.details?[name].map(CommentaryText.comparisonKey) == wanted }
    }
    return kept?.isEmpty == false ? kept : nil
  }
}

extension CommentItem {
  /// Whether the text says no more than the notes, as far as words tell: half of those that carry meaning are theirs,
  /// and every number is.
  func isSupported(by notes: [CommentItem]) -> Bool {
    let said = notes.flatMap { CommentaryText.contentWords(of: "\($0.text) \($0.quote ?? "")") }
    let known = Set(said.map(CommentaryText.stem))
    let words = CommentaryText.contentWords(of: text)
    let numbers = words.filter { $0.contains(where: \.isNumber) }
    return numbers.allSatisfy { known.contains(CommentaryText.stem($0)) }
      && 2 * words.count { known.contains(CommentaryText.stem($0)) } >= words.count
  }

  /// The items without those that say the same as an earlier one, which takes over their citations.
  /// - Parameter difference: what keeps items of the same words apart besides their details.
  static func merged(_ items: [CommentItem], difference: (CommentItem) -> String = { _ in "" }) -> [CommentItem] {
    var merged: [CommentItem] = []
    var positions: [String: Int] = [:]
    for item in items {
      let words = CommentaryText.comparisonKey(item.text)
      if words.isEmpty { continue }
      let key = [words, CommentaryText.comparisonKey(item.detailText), difference(item)].joined(separator: " ")
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
