import Foundation

/// What a person wants of all kinds of comments.
public struct CommentaryOptions: Sendable, Equatable {
  /// English name of the language to write in; nil for the transcript's.
  public let language: String?
  /// Wishes in a person's own words; nil for none.
  public let instructions: String?

  /// Characters of wishes: they take the room of the transcript.
  static let longestInstructions = 500

  /// - Parameters:
  ///   - language: its English name, or its code of ISO 639.
  ///   - instructions: at most 500 characters.
  /// - Throws: ``CommentBotError`` with code `usage`.
  public init(language: String? = nil, instructions: String? = nil) throws {
    self.language = try language.map(Self.languageName)
    let wishes = instructions.map(CommentaryText.cleaned) ?? ""
    guard wishes.count <= Self.longestInstructions else {
      throw CommentBotError(
        .usage, "use", "--instructions", cause: "they have \(wishes.count) characters",
        hint: "say it in \(Self.longestInstructions) characters, or write a kind: commentbot prompts new NAME")
    }
    self.instructions = wishes.isEmpty ? nil : wishes
  }

  private init() { (language, instructions) = (nil, nil) }

  /// In the transcript's language, with no wishes.
  public static let none = CommentaryOptions()

  private static func languageName(_ text: String) throws -> String {
    let wanted = text.trimmingCharacters(in: .whitespaces).lowercased()
    if let name = LanguageWords.englishName(of: wanted) { return name }
    let names = Locale.LanguageCode.isoLanguageCodes.lazy.compactMap { LanguageWords.englishName(of: $0.identifier) }
    if let name = names.first(where: { $0.lowercased() == wanted }) { return name }
    throw CommentBotError(
      .usage, "use", "--comment-language \(text)", cause: "there is no such language",
      hint: "give an English name or a code, such as Spanish or es")
  }
}
