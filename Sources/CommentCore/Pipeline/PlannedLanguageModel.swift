/// A language model that is named now and loaded only if it has something to write.
public struct PlannedLanguageModel: Sendable {
  /// Who would write: enters the comments' keys.
  public let identity: EngineIdentity
  /// Whether it only stands in for a better one that does not answer: comments of a better one are then kept.
  let isFallback: Bool
  /// Makes it ready to write about that text, and, if it is to write about others, about those.
  public let load: @Sendable (_ text: String) async throws -> any LanguageModel

  public init(
    identity: EngineIdentity, isFallback: Bool = false,
    load: @escaping @Sendable (_ text: String) async throws -> any LanguageModel
  ) {
    self.identity = identity
    self.isFallback = isFallback
    self.load = load
  }
}
