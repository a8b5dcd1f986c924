import Crypto

/// Keeps a model's answers until the comment that they are for is whole, so that a run that was interrupted goes on
/// where it was.
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

  // MARK: - Budget

  /// The budget that an earlier run on this text began with, where it still fits: another one would part the text in
  /// other windows, whose questions were never answered.
  func budget(_ budget: CommentaryBudget, for text: Text) async throws -> CommentaryBudget {
    for kind in text.kinds {
      guard let kept = try await find(text.key(of: kind)) else { continue }
      let earlier: CommentaryBudget? = try JSONText.decode(from: kept.text)
      if let earlier, earlier.fits(into: budget) { return earlier }
    }
    return budget
  }

  /// Keeps it with the answers of each kind, since kinds end one by one.
  /// - Parameter budget: nil for one that was too small: it is not to be used again.
  func keep(_ budget: CommentaryBudget?, for text: Text) async throws {
    let kept = Kept(text: try JSONText.encode(budget), usage: ChatUsage(promptTokens: 0, outputTokens: 0, isCut: false))
    for kind in text.kinds { try await keep(kept, text.key(of: kind), kind) }
  }

  /// What a model reads, and for what.
  struct Text {
    let pieces: [TranscriptPiece]
    let model: EngineIdentity
    /// Names.
    let kinds: [String]

    fileprivate func key(of kind: String) -> String {
      SHA256.hexDigest(["budget", model.engine, model.model, model.digest, kind] + pieces.map(\.line))
    }
  }
}
