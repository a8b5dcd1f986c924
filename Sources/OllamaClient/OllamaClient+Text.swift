public import CommentCore

/// What `/api/generate` has written.
public struct OllamaText: Sendable, Equatable {
  /// The whole answer.
  public var text: String
  /// What it took.
  public var usage: ChatUsage
}

extension OllamaClient {
  /// Has a model go on after a text, in one piece. Servers before 0.12.5 cut a text that is too long in silence:
  /// compare the tokens that were read.
  /// - Parameters:
  ///   - numCtx: tokens of context; another one than in the calls before loads the model again.
  ///   - maxTokens: of the answer.
  ///   - keepAlive: how long the model stays in memory afterwards; nil leaves it to the server.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, `contextExceeded`, `badReply`, and what every call throws.
  public func generate(
    _ prompt: String, model: String, numCtx: Int, maxTokens: Int, seed: UInt32 = 1, keepAlive: OllamaKeepAlive? = nil
  ) async throws -> OllamaText {
    struct Question: Encodable {
      var model: String
      var prompt: String
      var stream = false
      var truncate = false
      var shift = false
      var keepAlive: OllamaKeepAlive?
      var options: OllamaChatCall.Options

      enum CodingKeys: String, CodingKey {
        case model, prompt, stream, truncate, shift, options
        case keepAlive = "keep_alive"
      }
    }
    struct Answer: Decodable {
      var response: String?
      var done: Bool?
      var doneReason: String?
      var promptEvalCount: Int?
      var evalCount: Int?

      enum CodingKeys: String, CodingKey {
        case response, done
        case doneReason = "done_reason"
        case promptEvalCount = "prompt_eval_count"
        case evalCount = "eval_count"
      }
    }
    let path = "/api/generate"
    let question = Question(
      model: model, prompt: prompt, keepAlive: keepAlive,
      options: .init(numCtx: numCtx, numPredict: maxTokens, seed: seed, temperature: 0))
    let response = try await send(.post, path, question, chatTimeouts)
    do {
      guard response.status == 200 else { throw try await failure(response, path: path, model: model) }
    } catch let error as OllamaContextExceeded {
      throw CommentBotError(
        .contextExceeded, "ask", model,
        cause: "\(error.promptTokens.map(String.init) ?? "too many") tokens for a context of \(numCtx)")
    }
    let answer: Answer = try decode(
      try await response.body.collect(limit: Self.lineLimit + maxTokens * Self.bytesPerToken), path: path)
    guard answer.done == true, let text = answer.response else { throw cut(path, cause: "it is not done") }
    return OllamaText(
      text: text,
      usage: ChatUsage(
        promptTokens: answer.promptEvalCount ?? 0, outputTokens: answer.evalCount ?? 0,
        isCut: answer.doneReason == "length"))
  }

  /// The vectors of texts, of equal length, in their order.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, `refused` when the model cannot embed, `contextExceeded`
  ///   or `refused` when a text is too long for it, `badReply`, and what every call throws.
  public func embed(_ texts: [String], model: String) async throws -> [[Float]] {
    struct Question: Encodable {
      var model: String
      var input: [String]
      /// A text that is too long is an error, never cut in silence.
      var truncate = false
    }
    struct Answer: Decodable { var embeddings: [[Float]]? }
    let path = "/api/embed"
    let response = try await send(.post, path, Question(model: model, input: texts), chatTimeouts)
    guard response.status == 200 else {
      let failure = try await failure(response, path: path, model: model)
      guard failure is OllamaContextExceeded else { throw failure }
      throw CommentBotError(.contextExceeded, "embed with", model, cause: "a text is longer than its context")
    }
    let answer: Answer = try decode(try await response.body.collect(limit: 256 << 20), path: path)
    let vectors = answer.embeddings ?? []
    guard vectors.count == texts.count, Set(vectors.map(\.count)).count <= 1 else {
      throw badReply(path, cause: "there are \(vectors.count) vectors for \(texts.count) texts")
    }
    return vectors
  }
}
