import Crypto

/// Keeps a model's answers until the comment that they are for is whole, so that a run that was interrupted goes on where
/// it was.
public struct CommentaryAnswers: Sendable {
  /// An answer that could be used, and what it took.
  public struct Kept: Codable, Sendable, Equatable {
    /// As the model wrote it.
    public var text: String
    /// Tokens.
    public var usage: ChatUsage
  }

  let find: @Sendable (_ key: String) async throws -> Kept?
  let keep: @Sendable (_ answer: Kept, _ key: String, _ kind: String) async throws -> Void

  /// - Parameters:
  ///   - find: the answer with that key.
  ///   - keep: keeps an answer under its key until the comment of that kind is saved.
  public init(
    find: @escaping @Sendable (_ key: String) async throws -> Kept?,
    keep: @escaping @Sendable (_ answer: Kept, _ key: String, _ kind: String) async throws -> Void
  ) {
    self.find = find
    self.keep = keep
  }

  /// Of the same question to the same model.
  static func key(of request: ChatRequest, to model: EngineIdentity) -> String {
    let messages = request.messages.flatMap { [$0.role.rawValue, $0.content] }
    let form = request.schema.map { "\($0)" } ?? ""
    return SHA256.hexDigest(
      [model.engine, model.model, model.digest, form, "\(request.maxTokens)"] + messages)
  }
}
