import Foundation

/// Finds what says most of what a transcript says: comments without a language model.
///
/// Each text is a TF-IDF vector; the most central one has the highest cosine with the sum of all vectors, as in
/// centroid summarisation (Radev et al. 2004). One is taken from each stretch, so that no part of a talk is passed
/// over, unless the stretch only repeats what was chosen before.
enum Extraction {
  /// Texts with fewer different words than this are interjections.
  static let fewestWords = 4
  /// Letters: shorter words are mostly those that every text has.
  private static let longWord = 6

  /// What stands in for a kind's items: said word for word, in the order of time.
  static func items(of kind: CommentKind, from segments: [Int: Segment]) -> [CommentItem] {
    let all = segments.keys.sorted().compactMap { segments[$0] }
    if kind.extract == .words { return words(of: all, count: kind.maxItems, in: segments) }
    var sentences = TranscriptSentence.all(of: all, longest: kind.maxTextLength)
    if kind.extract == .questions { sentences = sentences.filter(\.isQuestion) }
    let items = sentences.map { CommentItem.said($0.text, in: Citation.of(Set($0.segments), in: segments)) }
    // Questions are mostly short.
    if kind.extract == .questions { return CommentItem.merged(mostCentral(items, count: kind.maxItems)) }
    let texts = sentences.map(\.text)
    let chosen =
      kind.question.map { mostRelevant(to: $0, of: texts, count: kind.maxItems) }
      ?? mostCentral(of: texts, count: kind.maxItems)
    return CommentItem.merged(chosen.map { items[$0] })
  }

  /// At most `count` of the items, in their order; short ones where there is room for them.
  static func mostCentral(_ items: [CommentItem], count: Int) -> [CommentItem] {
    guard items.count > count else { return items }
    let central = mostCentral(of: items.map(\.text), count: count)
    let short = items.indices.filter { CommentaryText.contentWords(of: items[$0].text).count < fewestWords }
    return (central + short.filter { !central.contains($0) }).prefix(count).sorted().map { items[$0] }
  }

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

  /// Positions of at most `count` texts that share words with the question, those that share the rarest ones, in order.
  static func mostRelevant(to question: String, of texts: [String], count: Int) -> [Int] {
    let wanted = CommentaryText.questionWords(of: question).map(CommentaryText.stem)
    let words = texts.map { Set(CommentaryText.questionWords(of: $0).map(CommentaryText.stem)) }
    let weights = Dictionary(
      wanted.map { word in (word, log(1 + Double(texts.count) / Double(max(1, words.count { $0.contains(word) })))) }
    ) { first, _ in first }
    let scores = words.map { words in weights.reduce(0) { words.contains($1.key) ? $0 + $1.value : $0 } }
    // A word that every text has says nothing.
    let least = (scores.max() ?? 0) / 2
    let best = texts.indices.filter { scores[$0] > 0 && scores[$0] >= least }.sorted {
      (scores[$0], $1) > (scores[$1], $0)
    }
    return best.prefix(count).sorted()
  }

  /// Long words and names that were said in most segments, each with the first places.
  private static func words(of all: [Segment], count: Int, in segments: [Int: Segment]) -> [CommentItem] {
    var places: [String: [Int]] = [:]
    var spellings: [String: String] = [:]
    for segment in all {
      let words = segment.text.split { !$0.isLetter && !$0.isNumber }.flatMap(Self.parts)
      for (position, word) in words.enumerated() {
        // In the middle of a sentence only names are written large; in German nouns are, which serve as well.
        let isName = position > 0 && word.first?.isUppercase == true && word.count > 2
        guard isName || word.count >= longWord || word.first?.isUnspaced == true else { continue }
        let key = word.lowercased()
        if places[key]?.last != segment.id { places[key, default: []].append(segment.id) }
        if isName || spellings[key] == nil { spellings[key] = String(word) }
      }
    }
    let ranked = places.sorted { first, second in
      let scores = [first, second].map { $0.value.count * $0.key.count }
      return scores[0] == scores[1] ? first.key < second.key : scores[0] > scores[1]
    }
    return ranked.prefix(count).map { key, ids in
      .said(spellings[key] ?? key, in: Citation.of(Set(ids.prefix(3)), in: segments))
    }
  }

  /// The word; of scripts without spaces what stands between their little words (in Japanese written in hiragana), or,
  /// where that is too long for a word, pairs of characters.
  private static func parts(of word: Substring) -> [Substring] {
    guard word.contains(where: \.isUnspaced) else { return [word] }
    return word.split(whereSeparator: \.isHiragana).flatMap { run -> [Substring] in
      if run.count <= longWord { return run.count > 1 ? [run] : [] }
      return run.indices.dropLast().map { run[$0...run.index(after: $0)] }
    }
  }

  /// Whether one has hardly a word that the other has not.
  private static func isRepeat(_ words: Set<String>, of others: Set<String>) -> Bool {
    Double(words.intersection(others).count) > 0.8 * Double(min(words.count, others.count))
  }
}
