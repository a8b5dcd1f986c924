import CommentCore

/// What a model on an Ollama server takes, and what it would be asked for.
public struct OllamaFit: Sendable, Equatable {
  /// With its tag.
  public var model: String
  /// Tokens of context that it would be asked for.
  public var context: Int
  /// Tokens that the model was made for; nil when the server does not say.
  public var modelContext: Int?
  /// Tokens that the server has it in memory with; nil when it has not.
  public var loadedContext: Int?
  /// Bytes of the weights and of the context; without the latter where the server does not say enough.
  public var neededBytes: Int
  /// Whether the server is on this machine, whose memory then counts.
  public var isLocal: Bool
}

extension OllamaClient {
  /// - Parameters:
  ///   - name: as the server lists it; nil takes the first that can chat.
  ///   - limit: tokens of context at the most.
  ///   - freeBytes: memory of this machine that a server on it can take; nil when nobody knows.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public func fit(of name: String?, limit: Int, freeBytes: Int?) async throws -> OllamaFit {
    let (model, facts) = try await pick(name)
    let loaded = (try? await ps())?.first { $0.name == model.name }?.contextLength
    let context = OllamaContext.length(
      facts, limit: limit, loaded: loaded, modelBytes: model.size, freeBytes: host.isLocal ? freeBytes : nil)
    return OllamaFit(
      model: model.name, context: context, modelContext: facts.contextLength, loadedContext: loaded,
      neededBytes: model.size + context * (facts.cacheBytesPerToken ?? 0), isLocal: host.isLocal)
  }
}
