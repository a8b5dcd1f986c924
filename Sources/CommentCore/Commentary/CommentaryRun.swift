/// Comments of several kinds in the making: each window is read for all of them one after the other, so that a model
/// with a prefix cache computes its text once.
struct CommentaryRun {
  private(set) var drafts: [CommentDraft]
  private let context: CommentaryContext
  private let text: CommentaryAnswers.Text
  private let clock: any Clock<Duration>

  /// - Throws: ``CommentBotError`` with code `contextExceeded` when the model has no room for a transcript.
  init(
    _ prompts: [CommentaryPrompt], pieces: [TranscriptPiece], segments: [Int: Segment], model: any LanguageModel,
    answers: CommentaryAnswers?, clock: any Clock<Duration>,
    onEvent: @escaping @Sendable (CommentaryEvent) -> Void
  ) async throws {
    let opening = CommentaryPrompt.transcriptOpening + CommentaryPrompt.transcriptClosing
    var longestTask = 0
    for prompt in prompts {
      longestTask = max(longestTask, try await model.countTokens(prompt.combiningTask(maxItems: prompt.kind.maxItems)))
    }
    var budget = try CommentaryBudget(
      model: model, fixed: await model.countTokens(CommentaryPrompt.system + opening), task: longestTask,
      answer: prompts.map(\.kind.maxAnswerTokens).max() ?? 0)
    let text = CommentaryAnswers.Text(pieces: pieces, model: model.identity, kinds: prompts.map(\.kind.name))
    if let answers {
      budget = try await answers.budget(budget, for: text)
      try await answers.keep(budget, for: text)
    }
    self.text = text
    let context = CommentaryContext(
      model: model, segments: segments, budget: budget, answers: answers, onEvent: onEvent)
    self.context = context
    self.clock = clock
    let coverage = CommentaryCoverage(of: pieces)
    drafts = prompts.map { CommentDraft($0, coverage: coverage, in: context) }
  }

  /// What may be the fault of one kind's questions; with anything else the model is away for all.
  private static let endsOneKind: Set<CommentBotError.Code> = [.badReply, .contextExceeded, .serverError, .refused]

  /// Reads the whole transcript, and finishes the kinds one by one.
  /// - Parameter onFinished: called with each as soon as it is done or given up.
  /// - Throws: what ends the work on all kinds: a model that does not answer at all.
  mutating func read(onFinished: (CommentDraft) async throws -> Void) async throws {
    let windows = try await windows()
    for (position, window) in windows.enumerated() {
      for index in drafts.indices where drafts[index].failure == nil && !drafts[index].isExtract {
        let kind = drafts[index].kind
        context.onEvent(
          .reading(kind: kind.name, done: position * drafts.count + index, total: windows.count * drafts.count))
        let maxItems = windows.count == 1 ? kind.maxItems : kind.maxItemsPerWindow
        do {
          try await timed(index) { try await $0.read(window, maxItems: maxItems) }
        } catch let error as CommentBotError where error.code == .badReply && context.model.isWeak {
          drafts[index].giveUpModel()
        } catch let error as CommentBotError where Self.endsOneKind.contains(error.code) {
          drafts[index].failure = error
          if error.code == .contextExceeded { try await context.answers?.keep(nil, for: text) }
        }
      }
    }
    for index in drafts.indices {
      if drafts[index].failure == nil { try await timed(index) { try await $0.finish() } }
      try await onFinished(drafts[index])
    }
  }

  /// Adds to the kind's time what the work on it takes.
  private mutating func timed(_ index: Int, _ work: (inout CommentDraft) async throws -> Void) async throws {
    var draft = drafts[index]
    defer { drafts[index] = draft }
    let elapsed = try await clock.measure { try await work(&draft) }
    draft.seconds += elapsed / .seconds(1)
  }

  /// Windows of pieces; segments larger than a window are parted first.
  private func windows() async throws -> [[TranscriptPiece]] {
    let limit = context.budget.window
    var fitting: [TranscriptPiece] = []
    var tokens: [Int] = []
    var waiting = Array(text.pieces.reversed())
    while let piece = waiting.popLast() {
      let count = try await context.model.countTokens(piece.line)
      if count > limit, let (first, second) = piece.halved() {
        waiting += [second, first]
      } else {
        fitting.append(piece)
        tokens.append(count)
      }
    }
    let overlap = min(limit / 16, 128)
    return CommentaryWindows.split(tokens, limit: limit, overlap: overlap).map { Array(fitting[$0]) }
  }
}
