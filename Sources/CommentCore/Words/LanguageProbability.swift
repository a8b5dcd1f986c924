/// How likely speech is in a language.
public struct LanguageProbability: Codable, Sendable, Equatable {
  /// ISO 639-1 code.
  public var language: String
  /// In 0...1.
  public var probability: Double

  public init(language: String, probability: Double) {
    self.language = language
    self.probability = probability
  }
}
