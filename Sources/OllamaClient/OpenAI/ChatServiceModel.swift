public import CommentCore

/// A model on a server with OpenAI's chat API.
public final class ChatServiceModel: LanguageModel {
  /// The engine is `openai`; there is no digest of the weights, so the address and the name stand for them.
  public let identity: EngineIdentity
  /// Tokens of prompt and answer together.
  public let contextLength: Int
  /// Whether the model is too small to be trusted; false where the server does not tell its size.
  public let isWeak: Bool

  private let service: ChatService
  private let busyDelays: [Duration]
  private let learner: TokenLearner
  /// Of the texts; nil when it is not known, or not one alone.
  private let language: String?

  /// Tokens where the server does not say how many there are: the fewest that one usually begins with, since some keep
  /// a part of a longer prompt without a word.
  static let unknownContext = 2048

  /// Asks the server for its models.
  /// - Parameters:
  ///   - name: nil takes the first one.
  ///   - contextLimit: tokens that are used at the most.
  ///   - busyDelays: waits before trying again when the server is busy.
  ///   - memory: keeps what is learnt of the model's tokenizer from run to run.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public init(
    _ name: String? = nil, on service: ChatService, contextLimit: Int = 8192,
    busyDelays: [Duration] = [.seconds(1), .seconds(3), .seconds(9)], memory: Library? = nil
  ) async throws {
    let models = try await service.models()
    let found = name.map { name in models.first { $0.id == name } } ?? models.first
    guard let id = name ?? found?.id else {
      throw CommentBotError(
        .modelMissing, "find", "a language model", cause: "the server at \(service.baseURL) lists none",
        hint: "load one there, or name it: --llm-model NAME")
    }
    let slot = await service.slotContext()
    contextLength = min(slot ?? found?.contextLength ?? Self.unknownContext, contextLimit)
    identity = EngineIdentity(engine: "openai", model: id, digest: "\(service.baseURL) \(id)")
    learner = TokenLearner(identity, in: memory)
    language = nil
    isWeak = found?.parameterCount.map { $0 < LanguageModelSize.weakBelow } ?? false
    self.service = service
    self.busyDelays = busyDelays
    await learner.recall()
  }

  private init(_ model: ChatServiceModel, language: String?) {
    (identity, contextLength, isWeak) = (model.identity, model.contextLength, model.isWeak)
    (service, busyDelays, learner) = (model.service, model.busyDelays, model.learner)
    self.language = language
  }

  public func reading(_ language: String?) -> any LanguageModel { ChatServiceModel(self, language: language) }

  /// An estimate, rather too high than too low; it comes nearer with every answer.
  public func countTokens(_ text: String) -> Int {
    learner.tokens(text, in: language)
  }

  public func chat(_ request: ChatRequest, onText: (String) async throws -> Void) async throws -> ChatUsage {
    let contents = request.messages.map(\.content)
    let expected = contents.reduce(contents.count * TokenEstimate.tokensPerMessage) { $0 + countTokens($1) }
    guard expected + request.maxTokens <= contextLength else {
      throw exceeded("about \(expected) tokens and \(request.maxTokens) for the answer exceed \(contextLength)")
    }
    let usage = try await busyDelays.retrying { try await ask(request, expected: expected, onText: onText) }
    learner.learn(contents, in: language, counted: usage.promptTokens)
    return usage
  }

  private func ask(
    _ request: ChatRequest, expected: Int, onText: (String) async throws -> Void
  ) async throws -> ChatUsage {
    var filter = ThinkingFilter()
    var usage = ChatUsage(promptTokens: 0, outputTokens: 0, isCut: false)
    try await service.chat(call(request)) { event in
      let choice = event.choices?.first
      let text = filter.append(choice?.delta?.content ?? "")
      if !text.isEmpty { try await onText(text) }
      if choice?.finishReason == "length" { usage.isCut = true }
      if let figures = event.usage {
        usage.promptTokens = figures.promptTokens ?? 0
        usage.outputTokens = figures.completionTokens ?? 0
      }
    }
    let rest = filter.finish()
    if !rest.isEmpty { try await onText(rest) }
    // Ollama behind this API keeps a part of a long prompt without a word.
    let isFarBelow = TokenEstimate.isFarBelow(usage.promptTokens, for: request.messages.map(\.content))
    if usage.promptTokens > 0, expected > 1000 && isFarBelow || Self.looksCut(usage.promptTokens, expected: expected) {
      throw exceeded("the server read only \(usage.promptTokens) of about \(expected) tokens")
    }
    return usage
  }

  /// Whether as many tokens were read as a usual context keeps of a longer prompt: all that it holds, or the first few
  /// and the last half.
  private static func looksCut(_ counted: Int, expected: Int) -> Bool {
    [2048, 4096].contains { context in
      expected > context && [context, context / 2 + 2].contains { abs(counted - $0) <= 4 }
    }
  }

  private func call(_ request: ChatRequest) -> ChatCall {
    ChatCall(
      model: identity.model,
      messages: request.messages.map { .init(role: $0.role.rawValue, content: $0.content) },
      maxTokens: request.maxTokens, seed: request.seed, temperature: request.temperature,
      responseFormat: request.schema.map { .init(jsonSchema: .init(schema: SchemaFormat($0))) })
  }

  public func settle() async { await learner.keep() }

  private func exceeded(_ cause: String) -> CommentBotError {
    CommentBotError(.contextExceeded, "ask", identity.model, cause: cause)
  }
}
