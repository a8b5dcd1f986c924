import CWhisper
import CommentCore

/// Joins tokens to words: at spaces, or at whole characters in languages that are written without them.
struct WordGrouping {
  /// openai-whisper's `split_to_word_tokens` splits these by characters.
  static let unspacedLanguages: Set<String> = ["zh", "ja", "th", "lo", "my", "yue"]

  struct Token {
    var bytes: [UInt8]
    /// Hundredths of a second.
    var start: Int
    var end: Int
    var probability: Double
  }

  var isSpaced: Bool

  func words(_ tokens: [Token]) -> [HeardWord] {
    var words: [HeardWord] = []
    var open: [Token] = []
    for token in tokens {
      if !open.isEmpty, beginsWord(token, after: open) {
        words.append(word(open))
        open = []
      }
      open.append(token)
    }
    return open.isEmpty ? words : words + [word(open)]
  }

  private func beginsWord(_ token: Token, after open: [Token]) -> Bool {
    // A character may be split over tokens.
    guard String(validating: open.flatMap(\.bytes), as: UTF8.self) != nil else { return false }
    if token.bytes.first == UInt8(ascii: " ") { return true }
    guard !isSpaced, let text = String(validating: token.bytes, as: UTF8.self) else { return !isSpaced }
    return !text.allSatisfy(\.isPunctuation)
  }

  private func word(_ tokens: [Token]) -> HeardWord {
    HeardWord(
      word: String(decoding: tokens.flatMap(\.bytes), as: UTF8.self), start: tokens.map(\.start).min() ?? 0,
      end: tokens.map(\.end).max() ?? 0,
      probability: tokens.reduce(0) { $0 + $1.probability } / Double(max(1, tokens.count)))
  }
}

extension WordGrouping {
  init(language: String) {
    isSpaced = !Self.unspacedLanguages.contains(language)
  }
}

extension WhisperModel {
  /// The text of the tokens; built from bytes, because characters are split over tokens.
  func text(of tokens: [whisper_token]) -> String {
    String(decoding: tokens.filter { $0 < endOfText }.flatMap { bytes(of: $0) }, as: UTF8.self)
  }
}
