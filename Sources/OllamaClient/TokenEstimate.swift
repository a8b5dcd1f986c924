/// Estimates how many tokens a text has for a model whose tokenizer is out of reach, never too few.
///
/// Starts from the densest of the usual tokenizers and learns from the counts that the server reports.
struct TokenEstimate: Sendable, Equatable {
  /// The reported counts' share of the first guess, with a margin.
  private(set) var scale = 1.0

  /// Tokens that the chat template takes for one message, at the most.
  static let tokensPerMessage = 10
  /// Shorter prompts say too little about a tokenizer.
  private static let leastTokensToLearn = 200
  private static let margin = 1.15

  func tokens(_ text: String) -> Int {
    Int((Self.guess(text) * scale).rounded(.up))
  }

  /// Learns from a prompt that the server has counted.
  mutating func learn(guessed: Double, counted: Int) {
    guard counted >= Self.leastTokensToLearn, guessed > 0 else { return }
    let seen = Double(counted) / guessed * Self.margin
    // A text that was dense is remembered; one that was not must not make the next estimate too low.
    scale = scale == 1 ? seen : max(scale, seen)
  }

  /// Tokens before anything was learnt: words of letters at 2.5 letters a token, everything else by what byte-pair
  /// tokenizers with small vocabularies make of it.
  static func guess(_ text: String) -> Double {
    var tokens = 0.0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x61...0x7A, 0x41...0x5A, 0x20: tokens += 0.4
      case 0..<0x80: tokens += 1
      case 0x80..<0x800: tokens += 1
      case 0x800..<0x1_0000: tokens += 2
      default: tokens += 3
      }
    }
    return tokens
  }
}
