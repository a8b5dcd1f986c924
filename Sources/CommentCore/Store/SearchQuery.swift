/// What a person typed to search for, as FTS5 takes it.
///
/// Words must all occur; `"words in quotes"` must follow each other; `begin*` finds words by their beginning. Nothing
/// that can be typed is a syntax error: every term is quoted.
struct SearchQuery: Equatable {
  /// FTS5 expression; nil when no term is made of words.
  private(set) var match: String?
  /// Whether words must follow each other: each look at the index is dear then.
  private(set) var hasPhrase = false
  /// Texts to find anywhere: in scripts without spaces a whole sentence is one word to FTS5.
  private(set) var substrings: [String] = []

  init(_ input: String) {
    var terms: [String] = []
    for term in Self.terms(input) where term.text.unicodeScalars.contains(where: Self.isWordPart) {
      if term.text.unicodeScalars.contains(where: Self.isWithoutSpaces) {
        substrings.append(term.text)
      } else {
        hasPhrase = hasPhrase || term.text.contains(" ")
        terms.append("\"\(term.text)\"" + (term.isPrefix ? " *" : ""))
      }
    }
    match = terms.isEmpty ? nil : terms.joined(separator: " ")
  }

  /// Splits at spaces outside of quotes. The texts contain neither quotation marks nor NUL, which would end a query.
  private static func terms(_ input: String) -> [(text: String, isPrefix: Bool)] {
    var terms: [(String, Bool)] = []
    let marks: Set<Unicode.Scalar> = ["\"", "\u{201C}", "\u{201D}", "\u{201E}"]
    let scalars = input.unicodeScalars.map { $0 == "\0" ? " " : $0 }
    for (index, part) in scalars.split(omittingEmptySubsequences: false, whereSeparator: marks.contains).enumerated() {
      if index.isMultiple(of: 2) {
        for word in part.split(whereSeparator: \.properties.isWhitespace) {
          let isPrefix = word.last == "*"
          terms.append((string(isPrefix ? word.dropLast() : word), isPrefix))
        }
      } else {
        terms.append((string(part).trimmingSpaces, false))
      }
    }
    return terms
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .privateUse:
      true
    default: false
    }
  }

  /// Thai, Lao, Burmese, Khmer, Japanese and Chinese.
  private static func isWithoutSpaces(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xF900...0xFAFF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String { PythonText.strip(self) }
}
