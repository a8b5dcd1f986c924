import Foundation

/// Finds the texts that say most of what all of them say: a summary without a language model.
///
/// Each text is a TF-IDF vector; the most central one has the highest cosine with the sum of all vectors, as in centroid
/// summarisation (Radev et al. 2004). One is taken from each stretch, so that no part of a talk is passed over, unless the
/// stretch only repeats what was chosen before.
enum Extraction {
  /// Texts with fewer different words than this are interjections.
  static let fewestWords = 4

  /// Positions of at most `count` texts, in order.
  static func mostCentral(of texts: [String], count: Int) -> [Int] {
    let words = texts.map { CommentaryText.contentWords(of: $0) }
    // When all are short, short ones have to do.
    let long = texts.indices.filter { words[$0].count >= fewestWords }
    let candidates = long.isEmpty ? texts.indices.filter { !texts[$0].isEmpty } : long
    guard candidates.count > count else { return candidates }

    var frequency: [String: Double] = [:]
    for word in words.joined() { frequency[word, default: 0] += 1 }
    let weights = frequency.mapValues { log(1 + Double(texts.count) / $0) }
    // The sum of all vectors: a word counts once in a text.
    let centroid = frequency.reduce(into: [:]) { $0[$1.key] = $1.value * (weights[$1.key] ?? 0) }
    let scores = words.map { words in
      let dot = words.reduce(0) { $0 + (weights[$1] ?? 0) * (centroid[$1] ?? 0) }
      let square = words.reduce(0) { $0 + pow(weights[$1] ?? 0, 2) }
      return square > 0 ? dot / square.squareRoot() : 0
    }
    var chosen: [Int] = []
    for part in 0..<count {
      let stretch = candidates[candidates.count * part / count..<candidates.count * (part + 1) / count]
      let new = stretch.filter { text in !chosen.contains { isRepeat(words[text], of: words[$0]) } }
      if let best = new.max(by: { scores[$0] < scores[$1] }) { chosen.append(best) }
    }
    return chosen
  }

  /// Whether one has hardly a word that the other has not.
  private static func isRepeat(_ words: Set<String>, of others: Set<String>) -> Bool {
    Double(words.intersection(others).count) > 0.8 * Double(min(words.count, others.count))
  }
}
