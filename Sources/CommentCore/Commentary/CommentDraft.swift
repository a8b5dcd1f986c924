/// The comment of one kind in the making: takes what the model writes about each window (map), then combines it.
struct CommentDraft {
  let kind: CommentKind
  let prompt: CommentaryPrompt
  /// What it shares with the other kinds of the run.
  let context: CommentaryContext
  var dialogue: CommentaryDialogue
  private(set) var coverage: CommentaryCoverage
  private(set) var windows = 0
  var items: [CommentItem] = []
  private(set) var unproven: [CommentItem] = []
  /// Whether the items are the transcript's own sentences, because the model gave none that is proven.
  private(set) var isExtract = false
  /// Items of the windows that are in none of those that are shown.
  var leftOut = 0
  /// Wall time that was spent on it.
  var seconds = 0.0
  /// Why this kind was given up; the others go on.
  var failure: CommentBotError?

  init(_ prompt: CommentaryPrompt, coverage: CommentaryCoverage, in context: CommentaryContext) {
    kind = prompt.kind
    self.prompt = prompt
    self.context = context
    self.coverage = coverage
    dialogue = CommentaryDialogue(kind: prompt.kind.name)
  }

  /// Takes one window's items; one that is too long for the model after all is read in halves.
  mutating func read(_ window: [TranscriptPiece], maxItems: Int) async throws {
    do {
      try await readWhole(window, maxItems: maxItems)
    } catch let error as CommentBotError where error.code == .contextExceeded {
      guard let (first, second) = Self.halves(of: window) else { throw error }
      try await read(first, maxItems: kind.maxItemsPerWindow)
      try await read(second, maxItems: kind.maxItemsPerWindow)
    }
  }

  /// Where a weak model gives no answer that can be used, sentences of the recording are better than nothing.
  mutating func giveUpModel() {
    items = []
    settleForExtraction()
  }

  /// Makes of what the windows gave the items that are shown.
  mutating func finish() async throws {
    if isExtract { return }
    items = merged(items)
    if context.model.isWeak || (items.isEmpty && !unproven.isEmpty) {
      settleForExtraction()
    } else if windows > 1 {
      try await combine()
    }
    if kind.layout == .timeline { items.sort { $0.startOfCitations < $1.startOfCitations } }
    if !unproven.isEmpty { context.onEvent(.unproven(kind: kind.name, items: unproven.count)) }
  }

  private mutating func readWhole(_ window: [TranscriptPiece], maxItems: Int) async throws {
    var request = ChatRequest(
      prompt.window(window, maxItems: maxItems), schema: prompt.schema(maxItems: maxItems), maxTokens: answerTokens)
    try await context.requireRoom(for: request)
    let proof = CommentaryProof(kind, window: window, segments: context.segments, isWeak: context.model.isWeak)
    var checked = try await dialogue.ask(request, acceptsPart: true, in: context).map(proof.check)
    let doubtful = checked.filter { $0.grounded == false && !$0.text.isEmpty }
    if !doubtful.isEmpty, !context.model.isWeak {
      context.onEvent(.repairing(kind: kind.name, cause: "\(doubtful.count) quotes are not in the transcript"))
      request.messages[request.messages.count - 1].content += try await repair(of: doubtful)
      do {
        let again = try await dialogue.ask(request, acceptsPart: true, in: context).map(proof.check)
        checked = Self.repaired(checked, by: again)
      } catch let error as CommentBotError where Self.losesRepairOnly.contains(error.code) {
        // A second answer that cannot be used, or does not come, proves nothing, and takes nothing back.
      }
    }
    checked.sort { $0.startOfCitations < $1.startOfCitations }
    items += merged(checked.filter { $0.grounded == true }).prefix(maxItems)
    unproven += merged(checked.filter { $0.grounded == false })
    coverage.markRead(window)
    windows += 1
  }

  private static let losesRepairOnly: Set<CommentBotError.Code> = [
    .badReply, .contextExceeded, .serverError, .refused,
  ]

  private var answerTokens: Int { min(kind.maxAnswerTokens, context.budget.answer) }

  /// As many of the items as there is room for.
  private func repair(of items: [CommentItem]) async throws -> String {
    var texts: [String] = []
    var best = ""
    for item in items {
      texts.append(CommentaryText.quoted(item.text))
      let text = CommentaryPrompt.proof(of: texts)
      if try await context.model.countTokens(text) > CommentaryBudget.repairTokens { break }
      best = text
    }
    return best.isEmpty ? CommentaryPrompt.proof(of: []) : best
  }

  /// The items, those without proof replaced by those that the second answer proves.
  static func repaired(_ items: [CommentItem], by again: [CommentItem]) -> [CommentItem] {
    let proven = items.filter { $0.grounded == true }
    let known = Set(proven.map { CommentaryText.comparisonKey($0.text) })
    let new = again.filter { $0.grounded == true && !known.contains(CommentaryText.comparisonKey($0.text)) }
    let open = items.filter { $0.grounded == false && !$0.text.isEmpty }
    return proven + new + open.filter { item in !new.contains { $0.isAbout(item) } }
  }

  private static func halves(of window: [TranscriptPiece]) -> ([TranscriptPiece], [TranscriptPiece])? {
    if window.count > 1 {
      let middle = window.count / 2
      return (Array(window[..<middle]), Array(window[middle...]))
    }
    return window.first?.halved().map { ([$0], [$1]) }
  }

  /// A weak model cannot combine: its most central items stand for all. Where a model has given nothing that is proven,
  /// the most central sentences do.
  private mutating func settleForExtraction() {
    if items.isEmpty {
      items = Extraction.items(of: kind, from: context.segments)
      isExtract = true
      context.onEvent(.extracted(kind: kind.name, items: items.count))
    } else {
      keepMostCentral()
    }
  }

  /// No more items than the kind may have.
  mutating func keepMostCentral() {
    let all = items.count
    items = Extraction.mostCentral(items, count: kind.maxItems)
    leftOut += all - items.count
  }

  /// Without those that say the same; the same heading at another time is another one.
  func merged(_ items: [CommentItem]) -> [CommentItem] {
    kind.layout == .timeline ? CommentItem.merged(items) { "\($0.startOfCitations)" } : CommentItem.merged(items)
  }
}

extension CommentItem {
  /// Seconds.
  var startOfCitations: Double { citations.first?.start ?? .infinity }

  /// Whether two items say the same in other words.
  func isAbout(_ other: CommentItem) -> Bool {
    let words = CommentaryText.contentWords(of: text)
    let others = CommentaryText.contentWords(of: other.text)
    guard !words.isEmpty, !others.isEmpty else { return text == other.text }
    return 2 * words.intersection(others).count >= min(words.count, others.count)
  }
}
