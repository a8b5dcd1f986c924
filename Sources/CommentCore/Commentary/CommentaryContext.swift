/// What all kinds of one run share.
struct CommentaryContext: Sendable {
  let model: any LanguageModel
  /// Of the transcript, by their ids.
  let segments: [Int: Segment]
  let budget: CommentaryBudget
  /// Where answers of an earlier run are kept; nil keeps none.
  let answers: CommentaryAnswers?
  let onEvent: @Sendable (CommentaryEvent) -> Void

  /// Counts the prompt as it will be sent; the windows were cut by the counts of single lines.
  /// - Throws: ``CommentBotError`` with code `contextExceeded`.
  func requireRoom(for request: ChatRequest) async throws {
    var total = CommentaryBudget.templateTokens + request.maxTokens
    for message in request.messages { total += try await model.countTokens(message.content) }
    guard total <= budget.context else {
      throw CommentBotError(
        .contextExceeded, "comment with", model.identity.model,
        cause: "the prompt and the answer need \(total) tokens, its context has \(budget.context)")
    }
  }
}
