import CWhisper
import CommentCore

/// The mean of what several windows say about the language.
struct LanguageVotes {
  let count: Int
  private var sums: [String: Double] = [:]
  private var hasProbabilities = false

  init(count: Int) {
    self.count = count
  }

  /// - Returns: false when neither is there.
  mutating func add(_ probabilities: [String: Double]?, else code: String?) -> Bool {
    // What comes over a network is not trusted.
    let known = (probabilities ?? [:]).filter { whisper_lang_id($0.key) >= 0 && $0.value >= 0 }.mapValues { min($0, 1) }
    if !known.isEmpty {
      hasProbabilities = hasProbabilities || known.count > 1
      for (code, probability) in known { sums[code, default: 0] += probability / Double(count) }
      return true
    }
    guard let code else { return false }
    sums[code, default: 0] += 1 / Double(count)
    return true
  }

  /// A model that knows one language only is not asked how sure it is, and a name alone says nothing about it.
  var winner: SpokenLanguage? {
    let likeliest = LanguageProbability.likeliest(
      sums.map { LanguageProbability(language: $0.key, probability: min($0.value, 1)) })
    return hasProbabilities ? SpokenLanguage(likeliest) : likeliest.first.map { SpokenLanguage(code: $0.language) }
  }
}
