public import CommentCore
import Foundation

/// A model on an Ollama server.
public final class OllamaModel: LanguageModel {
  /// The engine is `ollama`, the digest the server's.
  public let identity: EngineIdentity
  /// Tokens of prompt and answer together, without those that are kept for thoughts.
  public var contextLength: Int { numCtx - thinkingRoom }
  /// Whether the model is too small to be trusted; false where the server does not tell its size.
  public let isWeak: Bool

  private let client: OllamaClient
  private let canThink: Bool
  private let thinks: Bool
  /// Tokens that the server is asked for.
  private let numCtx: Int
  private let keepAlive: OllamaKeepAlive?
  private let busyDelays: [Duration]
  /// Tokens that the server has it in memory with; nil when it has not.
  private let loaded: Int?
  private let learner: TokenLearner
  /// Of the texts; nil when it is not known, or not one alone.
  private let language: String?
  private let isMemoryShort: @Sendable () -> Bool

  /// Asks the server for what it knows of the model.
  /// - Parameters:
  ///   - name: as the server lists it; `:latest` may be left out. nil takes the first one that can chat.
  ///   - numCtx: tokens of context to ask for at the most; less where the memory of this machine does not hold them.
  ///     The
  ///     same in every call, since a change loads the model again.
  ///   - thinks: whether a model that can think may do so before it answers, which takes much longer.
  ///   - freeBytes: memory that a server on this machine can take; nil when nobody knows.
  ///   - keepAlive: how long the server keeps the model in memory after the last answer; 0 until ``release()``; nil
  ///     leaves
  ///     it to the server.
  ///   - busyDelays: waits before trying again when the server is busy.
  ///   - memory: keeps what is learnt of the model's tokenizer from run to run.
  ///   - isMemoryShort: whether this machine has no room for two models at once.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public init(
    _ name: String? = nil, on client: OllamaClient, numCtx limit: Int = 8192, keepAlive: OllamaKeepAlive? = nil,
    busyDelays: [Duration] = [.seconds(1), .seconds(3), .seconds(9)], thinks: Bool = false,
    freeBytes: Int? = nil, memory: Library? = nil,
    isMemoryShort: @escaping @Sendable () -> Bool = { MachineMemory.isShort }
  ) async throws {
    let (model, facts) = try await client.pick(name)
    let loaded = (try? await client.ps())?.first { $0.name == model.name }?.contextLength
    self.client = client
    self.keepAlive = keepAlive
    self.busyDelays = busyDelays
    self.isMemoryShort = isMemoryShort
    // With thoughts it writes other comments.
    let digest = model.digest + (thinks && facts.capabilities.contains("thinking") ? "+think" : "")
    identity = EngineIdentity(engine: "ollama", model: model.name, digest: digest)
    canThink = facts.capabilities.contains("thinking")
    self.thinks = thinks && canThink
    numCtx = OllamaContext.length(
      facts, limit: limit, loaded: loaded, modelBytes: model.size, freeBytes: client.host.isLocal ? freeBytes : nil)
    self.loaded = loaded
    learner = TokenLearner(identity, in: memory)
    language = nil
    await learner.recall()
    isWeak = facts.parameterCount.map { $0 < LanguageModelSize.weakBelow } ?? false
  }

  private init(_ model: OllamaModel, numCtx: Int, language: String?) {
    (identity, client, learner) = (model.identity, model.client, model.learner)
    (keepAlive, busyDelays) = (model.keepAlive, model.busyDelays)
    (isWeak, canThink, thinks, self.numCtx) = (model.isWeak, model.canThink, model.thinks, numCtx)
    (loaded, isMemoryShort, self.language) = (model.loaded, model.isMemoryShort, language)
  }

  public func reading(_ language: String?) -> any LanguageModel {
    OllamaModel(self, numCtx: numCtx, language: language)
  }

  /// The same model with no more context than one text needs together with what is asked about it: for runs that read
  /// nothing else.
  public func fitting(_ text: String) -> OllamaModel {
    let need = OllamaContext.rounded(countTokens(text) + Self.roomAroundText + thinkingRoom)
    if let loaded, (need...max(need, numCtx)).contains(loaded) {
      return OllamaModel(self, numCtx: loaded, language: language)
    }
    return need < numCtx ? OllamaModel(self, numCtx: need, language: language) : self
  }

  /// Tokens of thoughts, which count as a part of the answer.
  private var thinkingRoom: Int { thinks ? min(2048, numCtx / 2) : 0 }

  /// Tokens for instructions, a repair and the answer.
  private static let roomAroundText = 2048

  /// An estimate, rather too high than too low; it comes nearer with every answer.
  public func countTokens(_ text: String) -> Int {
    learner.tokens(text, in: language)
  }

  public func settle() async { await learner.keep() }

  /// Has the server free the model when it is not to be kept, or when this machine has no room for it and for what
  /// comes next: not after each answer, since the next one needs it.
  public func release() async {
    guard keepAlive?.isZero == true || client.host.isLocal && isMemoryShort() else { return }
    // A task of its own: work that was stopped frees the model too. What was written is there, whatever comes of this.
    await Task { [client, identity] in try? await client.unload(identity.model) }.value
  }

  public func chat(_ request: ChatRequest, onText: (String) async throws -> Void) async throws -> ChatUsage {
    let contents = request.messages.map(\.content)
    let expected = contents.reduce(contents.count * TokenEstimate.tokensPerMessage) { $0 + countTokens($1) }
    // Servers before 0.12.5 ignore `truncate` and would read only a part: never let it come to that.
    guard expected <= contextLength else {
      throw exceeded("about \(expected) tokens exceed the context of \(contextLength)")
    }
    do {
      let usage = try await busyDelays.retrying { try await ask(request, expected: expected, onText: onText) }
      learner.learn(contents, in: language, counted: usage.promptTokens)
      return usage
    } catch let error as OllamaContextExceeded {
      learner.learn(contents, in: language, counted: error.promptTokens ?? 0)
      let tokens = error.promptTokens.map { "\($0) tokens exceed" } ?? "the prompt exceeds"
      throw exceeded("\(tokens) the context of \(error.contextLength ?? contextLength)")
    }
  }

  private func ask(
    _ request: ChatRequest, expected: Int, onText: (String) async throws -> Void
  ) async throws -> ChatUsage {
    var filter = ThinkingFilter()
    var usage = ChatUsage(promptTokens: 0, outputTokens: 0, isCut: false)
    try await client.chat(call(request)) { line in
      var text = filter.append(line.message?.content ?? "")
      if line.done == true {
        text += filter.finish()
        // Servers before 0.12 leave the count out when the whole prompt came from their cache.
        usage.promptTokens = line.promptEvalCount ?? 0
        usage.outputTokens = line.evalCount ?? 0
        usage.isCut = line.doneReason == "length"
      }
      if !text.isEmpty { try await onText(text) }
    }
    guard !looksTruncated(usage.promptTokens, expected: expected) else {
      throw exceeded("the server read only \(usage.promptTokens) of about \(expected) tokens")
    }
    return usage
  }

  /// Whether the server has most likely read a part of the prompt only: older ones keep the first 4 tokens and the last
  /// half of the context, or fill it to the brim.
  private func looksTruncated(_ promptTokens: Int, expected: Int) -> Bool {
    let isHalf = abs(promptTokens - (numCtx / 2 + 2)) <= 2 && expected > numCtx * 3 / 4
    return isHalf || promptTokens >= numCtx
  }

  private func call(_ request: ChatRequest) -> OllamaChatCall {
    OllamaChatCall(
      model: identity.model,
      messages: request.messages.map { .init(role: $0.role.rawValue, content: $0.content) },
      think: canThink ? thinks : nil, format: request.schema.map(SchemaFormat.init),
      keepAlive: keepAlive?.isZero == true ? nil : keepAlive,
      options: .init(
        numCtx: numCtx, numPredict: request.maxTokens + thinkingRoom, seed: request.seed,
        temperature: request.temperature))
  }

  private func exceeded(_ cause: String) -> CommentBotError {
    CommentBotError(.contextExceeded, "ask", identity.model, cause: cause)
  }
}

extension OllamaClient {
  /// The named model, or the first that can chat, and what the server knows of it.
  func pick(_ name: String?) async throws -> (OllamaInstalledModel, OllamaModelFacts) {
    let installed = try await tags()
    if let name {
      let names = [name, "\(name):latest"]
      guard let model = installed.first(where: { names.contains($0.name) }) else {
        throw CommentBotError(
          .modelMissing, "use", name, cause: "Ollama at \(host.baseURL) does not have this model",
          hint: "ollama pull \(name)")
      }
      return (model, try await show(model.name))
    }
    for model in installed where model.capabilities?.contains("completion") ?? true {
      let facts = try await show(model.name)
      // Servers that list no capabilities: BERT models only embed.
      let canChat = facts.capabilities.isEmpty ? model.details.family?.contains("bert") != true : facts.canChat
      if canChat { return (model, facts) }
    }
    throw CommentBotError(
      .modelMissing, "find", "a language model", cause: "Ollama at \(host.baseURL) has none that can chat",
      hint: SuggestedModel.command)
  }
}

extension OllamaModelFacts {
  var canChat: Bool { capabilities.contains("completion") }
}
