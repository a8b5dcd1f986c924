/// Joins tokens to words: at spaces, or at whole characters in languages that are written without them.
struct WordGrouping {
  /// openai-whisper's `split_to_word_tokens` splits these by characters.
  private static let unspacedLanguages: Set<String> = ["zh", "ja", "th", "lo", "my", "yue"]

  private let isSpaced: Bool

  /// - Parameter language: ISO 639-1 code.
  init(language: String) {
    isSpaced = !Self.unspacedLanguages.contains(language)
  }

  /// The tokens of each word.
  func groups(_ tokens: [HeardToken]) -> [[HeardToken]] {
    tokens.reduce(into: []) { groups, token in
      if let open = groups.last, !beginsWord(token, after: open) {
        groups[groups.count - 1].append(token)
      } else {
        groups.append([token])
      }
    }
  }

  func text(_ word: [HeardToken]) -> String { String(decoding: word.flatMap(\.bytes), as: UTF8.self) }

  /// From the first to the last token that is spoken: what stands for a full stop is the pause after it.
  func span(_ word: [HeardToken]) -> (start: Int, end: Int) {
    let spoken = word.filter(\.isSpoken)
    let tokens = spoken.isEmpty ? word : spoken
    return (tokens.map(\.start).min() ?? 0, tokens.map(\.end).max() ?? 0)
  }

  /// The mean of its tokens'.
  func probability(_ word: [HeardToken]) -> Double {
    word.reduce(0) { $0 + $1.probability } / Double(max(1, word.count))
  }

  private func beginsWord(_ token: HeardToken, after open: [HeardToken]) -> Bool {
    // A character may be split over tokens.
    guard String(validating: open.flatMap(\.bytes), as: UTF8.self) != nil else { return false }
    if token.bytes.first == UInt8(ascii: " ") { return true }
    guard !isSpaced, let text = String(validating: token.bytes, as: UTF8.self) else { return !isSpaced }
    return !text.allSatisfy(\.isPunctuation)
  }
}
