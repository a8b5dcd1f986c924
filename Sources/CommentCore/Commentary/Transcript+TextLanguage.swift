import Foundation

extension Transcript {
  /// ISO 639-1 code of the language that all of the text is in; nil when there are several.
  var textLanguage: String? {
    if options.task == .translate { return "en" }
    return segments.contains { $0.language ?? language != language } ? nil : language
  }

  /// English name of the language that the text is in, such as `Spanish`.
  var textLanguageName: String {
    if options.task == .translate { return "English" }
    return LanguageWords.englishName(of: language) ?? "the language of the transcript"
  }
}

/// Languages as people and models name them.
enum LanguageWords {
  /// English name of the language with that code of ISO 639; nil when there is none.
  static func englishName(of code: String) -> String? {
    // Whisper writes Javanese with the code that ISO 639 has withdrawn.
    let code = code == "jw" ? "jv" : code
    let name = Locale(identifier: "en").localizedString(forLanguageCode: code)
    return name.flatMap { $0.isEmpty || $0 == code ? nil : $0 }
  }
}
