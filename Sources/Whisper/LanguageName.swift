import CWhisper
import CommentCore

/// The languages that Whisper knows.
public enum LanguageName {
  /// The ISO 639-1 code for a code or an English name, such as `es` for `Spanish`.
  /// - Throws: ``CommentBotError`` with code `usage` when Whisper does not know the language.
  public static func code(of name: String) throws -> String {
    let wanted = name.lowercased()
    let codes = (0...whisper_lang_max_id()).compactMap { whisper_lang_str($0).map { String(cString: $0) } }
    if let code = codes.first(where: { $0 == wanted || english(of: $0) == wanted }) { return code }
    let all = codes.sorted().joined(separator: " ")
    throw CommentBotError(
      .usage, "use", "--language \(name)", cause: "Whisper knows no such language",
      hint: "leave it out to have it detected, or give an English name or one of \(all)")
  }

  /// The English name in lower case, such as `spanish` for `es`; nil for an unknown code.
  public static func english(of code: String) -> String? {
    let id = whisper_lang_id(code)
    return id < 0 ? nil : whisper_lang_str_full(id).map { String(cString: $0) }
  }
}
