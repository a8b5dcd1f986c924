/// Asks a model, mends one unusable answer, and sums up what it cost.
struct CommentaryDialogue {
  /// An answer longer than this, in UTF-8 bytes, is a runaway model's or server's.
  static let maxAnswerBytes = 1 << 20

  let model: any LanguageModel
  let onEvent: @Sendable (CommentaryEvent) -> Void
  private(set) var promptTokens = 0
  private(set) var outputTokens = 0

  init(model: any LanguageModel, onEvent: @escaping @Sendable (CommentaryEvent) -> Void) {
    self.model = model
    self.onEvent = onEvent
  }

  /// Asks, and once more with the reason when the answer cannot be used.
  ///
  /// - Parameter acceptsPart: whether the whole items of an answer that was cut will do.
  /// - Throws: ``CommentBotError`` with code `badReply` when the second answer is unusable too; what the model throws.
  mutating func ask(_ request: ChatRequest, acceptsPart: Bool) async throws -> [CommentaryReply.Item] {
    var request = request
    do {
      return try await reply(to: request, acceptsPart: acceptsPart).items
    } catch let error as CommentaryReply.Unusable {
      onEvent(.repairing(cause: error.cause))
      // Appended, so that the cached prefix still serves and the roles keep alternating.
      request.messages[request.messages.count - 1].content += CommentaryPrompt.repair(cause: error.cause)
    }
    do {
      return try await reply(to: request, acceptsPart: acceptsPart).items
    } catch let error as CommentaryReply.Unusable {
      throw CommentBotError(
        .badReply, "use the answer of", model.identity.model, cause: error.cause, hint: "try a larger model")
    }
  }

  private mutating func reply(to request: ChatRequest, acceptsPart: Bool) async throws -> CommentaryReply {
    try Task.checkCancellation()
    var answer = ""
    var usage: ChatUsage?
    for try await event in model.chat(request) {
      switch event {
      case .text(let text):
        answer += text
        onEvent(.text(text))
      case .done(let figures):
        usage = figures
      }
      if answer.utf8.count > Self.maxAnswerBytes { break }
    }
    // A cancelled stream ends as if it were complete.
    try Task.checkCancellation()
    guard let usage else { throw CommentaryReply.Unusable.unfinished }
    promptTokens += usage.promptTokens
    outputTokens += usage.outputTokens
    if usage.isCut && !acceptsPart { throw CommentaryReply.Unusable.tooLong }
    return try CommentaryReply(parsing: answer, isCut: usage.isCut)
  }
}
