/// A token of text, or a word of a service that tells no tokens. Times are hundredths of a second of what was heard.
struct HeardToken: Codable, Equatable {
  /// nil where nobody tells.
  var id: Int?
  /// UTF-8; a character may be split over tokens.
  var bytes: [UInt8]
  var start: Int
  var end: Int
  /// In 0...1.
  var probability: Double
  /// Natural logarithm, 0 or less.
  var logprob: Double

  /// Whether it is more than spaces and punctuation; part of a character is.
  var isSpoken: Bool {
    guard let text = String(validating: bytes, as: UTF8.self) else { return true }
    return text.contains { $0.isLetter || $0.isNumber || $0.isSymbol }
  }
}
