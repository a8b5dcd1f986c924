import Synchronization

/// What is known of one model's tokenizer; it comes nearer with every answer, and is kept from run to run.
public final class TokenLearner: Sendable {
  private let model: EngineIdentity
  private let library: Library?
  private let estimate = Mutex(TokenEstimate())

  /// - Parameter library: where it is kept; nil forgets it with the run.
  public init(_ model: EngineIdentity, in library: Library?) {
    self.model = model
    self.library = library
  }

  /// Takes what earlier runs have learnt.
  public func recall() async {
    // Without it the estimate is only more careful.
    guard let kept = try? await library?.tokenEstimate(of: model) else { return }
    estimate.withLock { $0 = kept }
  }

  /// Tokens of the text, rather too many than too few.
  /// - Parameter language: ISO 639-1 code; nil when it is not known, or not one alone.
  public func tokens(_ text: String, in language: String?) -> Int {
    estimate.withLock { $0.tokens(text, in: language) }
  }

  /// Learns from a prompt that the server has counted.
  /// - Parameter language: as for ``tokens(_:in:)``.
  public func learn(_ messages: [String], in language: String?, counted: Int) {
    estimate.withLock { $0.learn(messages, in: language, counted: counted) }
  }

  /// Keeps what was learnt for the runs to come.
  public func keep() async {
    // Without it the next estimate is only more careful.
    try? await library?.save(estimate.withLock(\.self), of: model)
  }
}
