/// Asks a model for one kind, mends one unusable answer, and sums up what it cost.
struct CommentaryDialogue {
  /// An answer longer than this, in UTF-8 bytes, is a runaway model's or server's.
  static let maxAnswerBytes = 1 << 20

  let kind: String
  private(set) var promptTokens = 0
  private(set) var evaluatedTokens: Int? = 0
  private(set) var outputTokens = 0
  private(set) var answers = 0
  private(set) var unusableAnswers = 0
  private(set) var cutAnswers = 0

  init(kind: String) {
    self.kind = kind
  }

  /// Asks, and once more with the reason when the answer cannot be used.
  ///
  /// - Parameter acceptsPart: whether the whole items of an answer that was cut will do.
  /// - Throws: ``CommentBotError`` with code `badReply` when the second answer is unusable too; what the model throws.
  mutating func ask(
    _ request: ChatRequest, acceptsPart: Bool, in context: CommentaryContext
  ) async throws -> [CommentaryReply.Item] {
    var request = request
    do {
      return try await reply(to: request, acceptsPart: false, in: context).items
    } catch let error as CommentaryReply.Unusable {
      unusableAnswers += 1
      context.onEvent(.repairing(kind: kind, cause: error.cause))
      // Appended, so that the cached prefix still serves and the roles keep alternating.
      request.messages[request.messages.count - 1].content += CommentaryPrompt.repair(cause: error.cause)
    }
    do {
      return try await reply(to: request, acceptsPart: acceptsPart, in: context).items
    } catch let error as CommentaryReply.Unusable {
      unusableAnswers += 1
      throw CommentBotError(
        .badReply, "use the answer of", context.model.identity.model, cause: error.cause, hint: "try a larger model")
    }
  }

  private mutating func reply(
    to request: ChatRequest, acceptsPart: Bool, in context: CommentaryContext
  ) async throws -> CommentaryReply {
    try Task.checkCancellation()
    let key = CommentaryAnswers.key(of: request, to: context.model.identity)
    answers += 1
    let kept = try await context.answers?.find(key)
    let answer = if let kept { kept } else { try await Self.answerAgain(to: request, in: context) }
    promptTokens += answer.usage.promptTokens
    outputTokens += answer.usage.outputTokens
    evaluatedTokens = answer.usage.evaluatedTokens.flatMap { evaluated in evaluatedTokens.map { $0 + evaluated } }
    // The first time a shorter answer is asked for; of a second one that is cut too, the whole items are better than
    // none.
    if answer.usage.isCut && !acceptsPart { throw CommentaryReply.Unusable.tooLong }
    let reply = try CommentaryReply(parsing: answer.text, isCut: answer.usage.isCut)
    if answer.usage.isCut { cutAnswers += 1 }
    if kept == nil { try await context.answers?.keep(answer, key, kind) }
    return reply
  }

  /// Asks once more where the server failed: one whose model has died loads it again.
  private static func answerAgain(
    to request: ChatRequest, in context: CommentaryContext
  ) async throws -> CommentaryAnswers.Kept {
    do {
      return try await answer(to: request, in: context)
    } catch let error as CommentBotError where error.code == .serverError {
      return try await answer(to: request, in: context)
    }
  }

  private static func answer(
    to request: ChatRequest, in context: CommentaryContext
  ) async throws -> CommentaryAnswers.Kept {
    var answer = ""
    do {
      let usage = try await context.model.chat(request) { text in
        answer += text
        context.onEvent(.text(text))
        if answer.utf8.count > maxAnswerBytes { throw CommentaryReply.Unusable.unfinished }
      }
      return CommentaryAnswers.Kept(text: answer, usage: usage)
    } catch let error as CommentBotError where [.badReply, .cutOff].contains(error.code) {
      // What came was cut, or no answer at all: a model may do better when it is asked again.
      throw CommentaryReply.Unusable.unfinished
    }
  }
}
