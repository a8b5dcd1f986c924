/// Transcripts and answers are hostile text: these make it harmless for prompts, files and terminals.
enum CommentaryText {
  /// One line: control and layout characters out, every run of white space one space, none at the ends.
  ///
  /// Of the format characters only the joiners stay, which Persian, Indic scripts and emoji need;
  /// the others can reverse or hide text.
  static func cleaned(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var isSpacePending = false
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator:
        isSpacePending = true
        continue
      case .format where scalar != "\u{200C}" && scalar != "\u{200D}":
        continue
      default:
        if isSpacePending && !scalars.isEmpty { scalars.append(" ") }
        isSpacePending = false
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// Cleaned, and with an ellipsis where the schema's limit of characters has cut the text off.
  static func cleaned(_ text: String, markedAt limit: Int) -> String {
    let isCut = text.unicodeScalars.count >= limit && text.last?.isPunctuation != true
    return isCut ? cleaned(text) + "…" : cleaned(text)
  }

  /// Cleaned, and where the limit of characters has cut the text off, without the word that it has cut.
  static func wholeWords(of text: String, cutAt limit: Int) -> String {
    let cleaned = cleaned(text)
    guard text.unicodeScalars.count >= limit, cleaned.last?.isPunctuation != true,
      let space = cleaned.lastIndex(of: " ")
    else { return cleaned }
    return String(cleaned[..<space])
  }

  /// Cleaned, and without the characters that delimit segments (`[12]`), the transcript (`<transcript>`) or, in most
  /// chat templates, the turns (`<|im_end|>`, `[/INST]`): so no speech can leave its place in the prompt.
  static func quoted(_ text: String) -> String {
    let replacements: [Unicode.Scalar: Unicode.Scalar] = ["<": "‹", ">": "›", "[": "(", "]": ")"]
    // By scalars: a character may hold one of them together with a combining mark.
    var scalars = String.UnicodeScalarView()
    for scalar in cleaned(text).unicodeScalars { scalars.append(replacements[scalar] ?? scalar) }
    return String(scalars)
  }

  /// Equal for texts that differ only in case, punctuation and spacing.
  static func comparisonKey(_ text: String) -> String {
    String(text.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  /// All words in lower case and without punctuation; of scripts without spaces each character.
  static func comparisonWords(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.flatMap { word in
      word.contains(where: \.isUnspaced) ? word.map(String.init) : [String(word)]
    }
  }

  /// The words of a question that tell what it is about: of three letters or more, and those with a figure; of scripts
  /// without spaces pairs of characters.
  static func questionWords(of text: String) -> Set<String> {
    words(of: text, longerThan: 2)
  }

  /// The beginning that a word's forms mostly share.
  static func stem(_ word: String) -> String { String(word.prefix(max(4, word.count - 2))) }

  /// The words that carry meaning, in lower case: of four letters or more, and those with a figure; of scripts without
  /// spaces pairs of characters.
  static func contentWords(of text: String) -> Set<String> {
    words(of: text, longerThan: 3)
  }

  private static func words(of text: String, longerThan least: Int) -> Set<String> {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.reduce(into: []) { found, word in
      if word.contains(where: \.isUnspaced) {
        found.formUnion(zip(word, word.dropFirst()).map { String([$0, $1]) })
        if word.count == 1 { found.insert(String(word)) }
      } else if word.count > least || word.contains(where: \.isNumber) {
        found.insert(String(word))
      }
    }
  }

  /// How much ``comparisonWords(of:)`` say, in words: a character of a script without spaces says less than a word.
  static func weight(of words: [String]) -> Double {
    words.reduce(0) { $0 + ($1.first?.isUnspaced == true ? 0.4 : 1) }
  }
}
