import CWhisper
import CommentCore

/// The languages that Whisper knows.
public enum LanguageName {
  /// The ISO 639-1 code for a code or an English name, such as `es` for `Spanish`.
  /// - Throws: ``CommentBotError`` with code `usage` when Whisper does not know the language.
  public static func code(of name: String) throws -> String {
    let wanted = name.lowercased()
    for id in 0...whisper_lang_max_id() {
      guard let code = whisper_lang_str(id), let full = whisper_lang_str_full(id) else { continue }
      if String(cString: code) == wanted || String(cString: full) == wanted { return String(cString: code) }
    }
    throw CommentBotError(
      .usage, "use", "--language \(name)", cause: "Whisper knows no such language",
      hint: "give a code such as en, es, fr, or leave it out to have it detected")
  }

  /// The English name in lower case, such as `spanish` for `es`; nil for an unknown code.
  public static func english(of code: String) -> String? {
    let id = whisper_lang_id(code)
    return id < 0 ? nil : whisper_lang_str_full(id).map { String(cString: $0) }
  }
}
