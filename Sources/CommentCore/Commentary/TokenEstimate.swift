/// Estimates how many tokens a text has for a model whose tokenizer is out of reach, rather too many than too few.
///
/// Starts from a tokenizer with a small vocabulary (measured with SmolLM2's 49,152 tokens on 14 languages), the densest
/// that is common, and learns from the counts that the server reports: apart for each language, since a tokenizer that
/// is good at one may be bad at the other, and for letters only, since figures and signs are much the same in all.
public struct TokenEstimate: Codable, Sendable, Equatable {
  /// By the codes of languages: of unaccented Latin letters, and of all that are not Latin.
  private var latinScales: [String: Double] = [:]
  private var otherScales: [String: Double] = [:]

  /// Tokens that the chat template takes for one message, at the most.
  public static let tokensPerMessage = 10
  /// Shorter prompts say too little about a tokenizer.
  private static let leastTokensToLearn = 200
  private static let margin = 1.15
  /// The share of the first guess that signs have at least: three figures may be one token.
  private static let leastOfSigns = 1.0 / 3

  /// - Parameter language: of the text; nil when it is not known, or not one alone.
  func tokens(_ text: String, in language: String? = nil) -> Int {
    let guess = Guess(text)
    let latin = guess.letters * Self.scale(of: language, latinScales)
    return Int((latin + guess.signs + guess.other * Self.scale(of: language, otherScales)).rounded(.up))
  }

  /// What was learnt of the language. One of which nothing was learnt is at least as dense as the first guess.
  private static func scale(of language: String?, _ scales: [String: Double]) -> Double {
    language.flatMap { scales[$0] } ?? max(1, scales.values.max() ?? 1)
  }

  /// Learns from a prompt that the server has counted. The densest text seen decides.
  mutating func learn(_ messages: [String], in language: String? = nil, counted: Int) {
    guard counted >= Self.leastTokensToLearn else { return }
    let guess = messages.map(Guess.init).reduce(into: Guess()) { $0.add($1) }
    let language = language ?? ""
    // The tokens are put down to the one kind of letters that prevails, which errs on the safe side.
    if guess.other * 4 < guess.latin, guess.signs < guess.letters {
      let scale = (Double(counted) - guess.signs * Self.leastOfSigns) / guess.letters * Self.margin
      latinScales[language] = max(latinScales[language] ?? 0, scale)
    } else if guess.other > guess.latin {
      otherScales[language] = max(otherScales[language] ?? 0, Double(counted) / guess.other * Self.margin)
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
    /// Unaccented Latin letters and spaces.
    var letters = 0.0
    /// Figures, punctuation, and Latin letters with accents.
    var signs = 0.0
    var other = 0.0
    var latin: Double { letters + signs }

    init() {}

    init(_ text: String) {
      for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A, 0x20: letters += 0.4
        case 0..<0x80: signs += 1
        case 0x80..<0x370: signs += 1.5
        case 0x370..<0x530: other += 1  // Greek, Cyrillic
        case 0x530..<0x800: other += 1.2  // Armenian, Hebrew, Arabic
        case 0x800..<0x3000: other += 2.2  // Indic scripts, Thai; Vietnamese
        case 0x3000..<0xA000: other += 2.1  // Chinese, Japanese
        default: other += 3  // Korean, emoji
        }
      }
    }

    mutating func add(_ other: Guess) {
      letters += other.letters
      signs += other.signs
      self.other += other.other
    }
  }
}
