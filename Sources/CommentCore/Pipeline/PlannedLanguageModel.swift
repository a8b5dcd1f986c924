/// A language model that is named now and loaded only if it has something to write.
public struct PlannedLanguageModel: Sendable {
  public let identity: EngineIdentity
  let load: @Sendable () async throws -> any LanguageModel

  public init(identity: EngineIdentity, load: @escaping @Sendable () async throws -> any LanguageModel) {
    self.identity = identity
    self.load = load
  }
}
