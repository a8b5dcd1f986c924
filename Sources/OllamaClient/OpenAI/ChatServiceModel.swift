public import CommentCore
import Synchronization

/// A model on a server with OpenAI's chat API.
public final class ChatServiceModel: LanguageModel {
  /// The engine is `openai`; there is no digest of the weights, so the address and the name stand for them.
  public let identity: EngineIdentity
  /// Tokens of prompt and answer together.
  public let contextLength: Int
  /// These servers do not tell the size of a model.
  public let isWeak = false

  private let service: ChatService
  private let busyDelays: [Duration]
  private let estimate = Mutex(TokenEstimate())

  /// Tokens where the server does not say how many there are: what most of them begin with.
  static let usualContext = 4096

  /// Asks the server for its models.
  /// - Parameters:
  ///   - name: nil takes the first one.
  ///   - contextLimit: tokens that are used at the most.
  ///   - busyDelays: waits before trying again when the server is busy.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public init(
    _ name: String? = nil, on service: ChatService, contextLimit: Int = 8192,
    busyDelays: [Duration] = [.seconds(1), .seconds(3), .seconds(9)]
  ) async throws {
    let models = try await service.models()
    let found = name.map { name in models.first { $0.id == name } } ?? models.first
    guard let id = name ?? found?.id else {
      throw CommentBotError(
        .modelMissing, "find", "a language model", cause: "the server at \(service.baseURL) lists none",
        hint: "load one there, or name it: --llm-model NAME")
    }
    let slot = await service.slotContext()
    contextLength = min(slot ?? found?.contextLength ?? Self.usualContext, contextLimit)
    identity = EngineIdentity(engine: "openai", model: id, digest: "\(service.baseURL) \(id)")
    self.service = service
    self.busyDelays = busyDelays
  }

  /// An estimate, rather too high than too low; it comes nearer with every answer.
  public func countTokens(_ text: String) -> Int {
    estimate.withLock { $0.tokens(text) }
  }

  public func chat(_ request: ChatRequest) -> AsyncThrowingStream<ChatEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          try await run(request) { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func run(_ request: ChatRequest, yield: (ChatEvent) -> Void) async throws {
    let contents = request.messages.map(\.content)
    let expected = contents.reduce(contents.count * TokenEstimate.tokensPerMessage) { $0 + countTokens($1) }
    guard expected + request.maxTokens <= contextLength else {
      throw exceeded("about \(expected) tokens and \(request.maxTokens) for the answer exceed \(contextLength)")
    }
    var delays = busyDelays[...]
    while true {
      do {
        let usage = try await ask(request, expected: expected, yield: yield)
        estimate.withLock { $0.learn(contents, counted: usage.promptTokens) }
        return yield(.done(usage))
      } catch let error as CommentBotError where error.code == .busy {
        guard let delay = delays.popFirst() else { throw error }
        try await Task.sleep(for: delay)
      }
    }
  }

  private func ask(
    _ request: ChatRequest, expected: Int, yield: (ChatEvent) -> Void
  ) async throws -> ChatUsage {
    var filter = ThinkingFilter()
    var usage = ChatUsage(promptTokens: 0, outputTokens: 0, isCut: false)
    try await service.chat(call(request)) { event in
      let choice = event.choices?.first
      let text = filter.append(choice?.delta?.content ?? "")
      if !text.isEmpty { yield(.text(text)) }
      if choice?.finishReason == "length" { usage.isCut = true }
      if let figures = event.usage {
        usage.promptTokens = figures.promptTokens ?? 0
        usage.outputTokens = figures.completionTokens ?? 0
      }
    }
    let rest = filter.finish()
    if !rest.isEmpty { yield(.text(rest)) }
    // Ollama behind this API keeps a part of a long prompt without a word.
    if usage.promptTokens > 0, expected > 1000,
      TokenEstimate.isFarBelow(usage.promptTokens, for: request.messages.map(\.content))
    {
      throw exceeded("the server read only \(usage.promptTokens) of about \(expected) tokens")
    }
    return usage
  }

  private func call(_ request: ChatRequest) -> ChatCall {
    ChatCall(
      model: identity.model,
      messages: request.messages.map { .init(role: $0.role.rawValue, content: $0.content) },
      maxTokens: request.maxTokens, seed: request.seed, temperature: request.temperature,
      responseFormat: request.schema.map { .init(jsonSchema: .init(schema: SchemaFormat($0))) })
  }

  private func exceeded(_ cause: String) -> CommentBotError {
    CommentBotError(.contextExceeded, "ask", identity.model, cause: cause)
  }
}
