/// Estimates how many tokens a text has for a model whose tokenizer is out of reach, rather too many than too few.
///
/// Starts from a tokenizer with a small vocabulary (measured with SmolLM2's 49,152 tokens on 14 languages), the densest
/// that is common, and learns from the counts that the server reports: apart for Latin and for all other letters,
/// since a tokenizer that is good at one may be bad at the other.
public struct TokenEstimate: Codable, Sendable, Equatable {
  private var latinScale: Double?
  private var otherScale: Double?

  /// Tokens that the chat template takes for one message, at the most.
  public static let tokensPerMessage = 10
  /// Shorter prompts say too little about a tokenizer.
  private static let leastTokensToLearn = 200
  private static let margin = 1.15

  func tokens(_ text: String) -> Int {
    let guess = Guess(text)
    return Int((guess.latin * (latinScale ?? 1) + guess.other * (otherScale ?? 1)).rounded(.up))
  }

  /// Learns from a prompt that the server has counted. The densest text seen decides.
  mutating func learn(_ messages: [String], counted: Int) {
    guard counted >= Self.leastTokensToLearn else { return }
    let guess = messages.map(Guess.init).reduce(into: Guess()) { $0.add($1) }
    // All tokens are put down to the one kind of letters that prevails, which errs on the safe side.
    if guess.other * 4 < guess.latin {
      latinScale = max(latinScale ?? 0, Double(counted) / guess.latin * Self.margin)
    } else if guess.other > guess.latin {
      otherScale = max(otherScale ?? 0, Double(counted) / guess.other * Self.margin)
    }
  }

  /// Whether so few tokens cannot be all of the texts: for Latin letters the first guess is up to twice too high, for
  /// others, which large vocabularies hold whole words of, up to four times.
  public static func isFarBelow(_ counted: Int, for texts: [String]) -> Bool {
    let guess = texts.map(Guess.init).reduce(into: Guess()) { $0.add($1) }
    return Double(counted) < guess.latin / 3 + guess.other / 6
  }

  /// Tokens before anything was learnt.
  private struct Guess {
    var latin = 0.0
    var other = 0.0

    init() {}

    init(_ text: String) {
      for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A, 0x20: latin += 0.4
        case 0..<0x80: latin += 1
        case 0x80..<0x370: latin += 1.5
        case 0x370..<0x530: other += 1  // Greek, Cyrillic
        case 0x530..<0x800: other += 1.2  // Armenian, Hebrew, Arabic
        case 0x800..<0x3000: other += 2.2  // Indic scripts, Thai; Vietnamese
        case 0x3000..<0xA000: other += 2.1  // Chinese, Japanese
        default: other += 3  // Korean, emoji
        }
      }
    }

    mutating func add(_ other: Guess) {
      latin += other.latin
      self.other += other.other
    }
  }
}
