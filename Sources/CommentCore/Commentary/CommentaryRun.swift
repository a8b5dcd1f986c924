/// One comment in the making: reads the windows one by one (map), then combines what they gave (reduce).
struct CommentaryRun {
  let kind: CommentKind
  let prompt: CommentaryPrompt
  let budget: CommentaryBudget
  let segments: [Int: Segment]
  let onEvent: @Sendable (CommentaryEvent) -> Void
  let model: any LanguageModel
  var dialogue: CommentaryDialogue
  private(set) var coverage: CommentaryCoverage
  var items: [CommentItem] = []

  init(
    model: any LanguageModel, kind: CommentKind, transcript: Transcript, pieces: [TranscriptPiece],
    onEvent: @escaping @Sendable (CommentaryEvent) -> Void
  ) async throws {
    self.model = model
    self.kind = kind
    self.onEvent = onEvent
    prompt = CommentaryPrompt(kind: kind, language: transcript.textLanguageName)
    segments = Dictionary(transcript.segments.map { ($0.id, $0) }) { first, _ in first }
    dialogue = CommentaryDialogue(model: model, onEvent: onEvent)
    coverage = CommentaryCoverage(of: pieces)
    let opening = CommentaryPrompt.transcriptOpening + CommentaryPrompt.transcriptClosing
    let longestTask =
      prompt.combiningTask(maxItems: kind.maxItems)
      + CommentaryPrompt.repair(cause: CommentaryReply.Unusable.malformed.cause)
    budget = try CommentaryBudget(
      model: model, kind: kind, fixed: await model.countTokens(CommentaryPrompt.system + opening),
      task: await model.countTokens(longestTask))
  }

  /// Reads the whole transcript.
  mutating func read(_ pieces: [TranscriptPiece]) async throws {
    var waiting = try await windows(of: pieces)
    let maxItems = waiting.count == 1 ? kind.maxItems : kind.maxItemsPerWindow
    waiting.reverse()
    var done = 0
    while let window = waiting.popLast() {
      onEvent(.window(done + 1, of: done + 1 + waiting.count))
      do {
        try await readWindow(window, maxItems: maxItems)
        done += 1
      } catch let error as CommentBotError where error.code == .contextExceeded {
        guard let (first, second) = Self.halves(of: window) else { throw error }
        waiting += [second, first]
      }
    }
    items = CommentItem.merged(items)
    if model.isWeak {
      settleForExtraction()
    } else if done > 1 {
      try await combine()
    }
  }

  /// Takes one window's items into the comment.
  private mutating func readWindow(_ window: [TranscriptPiece], maxItems: Int) async throws {
    let request = request(prompt.window(window, maxItems: maxItems), maxItems: maxItems)
    try await requireRoom(for: request)
    let answer = try await dialogue.ask(request, acceptsPart: true)
    let shown = Set(window.map(\.segment))
    let evidence = model.isWeak ? CommentaryEvidence(window) : nil
    let found = answer.compactMap { item -> CommentItem? in
      let text = CommentaryText.cleaned(item.text, markedAt: kind.maxTextLength)
      guard let evidence else {
        return CommentItem(text: text, citations: citations(of: shown.intersection(item.segments)))
      }
      return evidence.segments(for: text).map { said(text, in: $0) }
    }
    if found.count < answer.count { onEvent(.unsupported(items: answer.count - found.count)) }
    items += CommentItem.merged(found).prefix(maxItems)
    coverage.markRead(window)
  }

  /// A weak model cannot combine: its most central items stand for all, and when it said nothing that was also said in
  /// the recording, the most central sentences do.
  private mutating func settleForExtraction() {
    if items.isEmpty {
      let all = segments.keys.sorted().compactMap { segments[$0] }
      let sentences = TranscriptSentence.all(of: all, longest: kind.maxTextLength)
      items = CommentItem.merged(
        Extraction.mostCentral(of: sentences.map(\.text), count: kind.maxItems).map {
          said(sentences[$0].text, in: sentences[$0].segments)
        })
      onEvent(.extracted(items: items.count))
    } else if items.count > kind.maxItems {
      items = Extraction.mostCentral(of: items.map(\.text), count: kind.maxItems).map { items[$0] }
    }
  }

  /// An item that was said word for word.
  private func said(_ text: String, in segments: [Int]) -> CommentItem {
    CommentItem(text: text, quote: text, grounded: true, citations: citations(of: Set(segments)))
  }

  /// Windows of pieces; segments larger than a window are parted first.
  private func windows(of pieces: [TranscriptPiece]) async throws -> [[TranscriptPiece]] {
    var fitting: [TranscriptPiece] = []
    var tokens: [Int] = []
    var waiting = Array(pieces.reversed())
    while let piece = waiting.popLast() {
      let count = try await model.countTokens(piece.line)
      if count > budget.window, let (first, second) = piece.halved() {
        waiting += [second, first]
      } else {
        fitting.append(piece)
        tokens.append(count)
      }
    }
    let overlap = min(budget.window / 16, 128)
    return CommentaryWindows.split(tokens, limit: budget.window, overlap: overlap).map { Array(fitting[$0]) }
  }

  /// A chat request for that prompt, the same in everything else.
  func request(_ messages: [ChatMessage], maxItems: Int) -> ChatRequest {
    ChatRequest(messages, schema: prompt.schema(maxItems: maxItems), maxTokens: budget.answer)
  }

  /// Counts the prompt as it will be sent; the windows were cut by the counts of single lines.
  func requireRoom(for request: ChatRequest) async throws {
    var total = CommentaryBudget.templateTokens + request.maxTokens
    for message in request.messages { total += try await model.countTokens(message.content) }
    guard total <= budget.context else {
      throw CommentBotError(
        .contextExceeded, "comment with", model.identity.model,
        cause: "the prompt and the answer need \(total) tokens, its context has \(budget.context)")
    }
  }

  private static func halves(of window: [TranscriptPiece]) -> ([TranscriptPiece], [TranscriptPiece])? {
    if window.count > 1 {
      let middle = window.count / 2
      return (Array(window[..<middle]), Array(window[middle...]))
    }
    return window.first?.halved().map { ([$0], [$1]) }
  }

  /// The segments in the order of the transcript, with their times.
  private func citations(of ids: Set<Int>) -> [Citation] {
    ids.sorted().compactMap { id in
      segments[id].map { Citation(segment: $0.id, start: $0.start, end: $0.end) }
    }
  }
}
