import Foundation

extension Transcript {
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
