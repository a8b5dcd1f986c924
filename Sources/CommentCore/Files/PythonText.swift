/// What Python's `str` and `float` do, scalar by scalar, where Swift's `String` would go by characters.
///
/// openai-whisper's files are made by these rules, and ours are the same byte for byte.
enum PythonText {
  /// `str.isspace`: Unicode's White_Space and the four information separators.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || ("\u{1C}"..."\u{1F}").contains(scalar)
  }

  /// `text.strip()`.
  static func strip(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }),
      let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
  }

  /// `len(text)`.
  static func length(_ text: String) -> Int { text.unicodeScalars.count }

  /// `text.replace(old, new)`.
  static func replace(_ old: String, with new: String, in text: String) -> String {
    // Almost no text has it, and the search below is slow.
    guard let first = old.utf8.first, text.utf8.contains(first) else { return text }
    return String(text.unicodeScalars.replacing(old.unicodeScalars, with: new.unicodeScalars))
  }

  /// `round(1000 * seconds)`: halves go to the even neighbour. Times that are no number count as 0.
  static func milliseconds(_ seconds: Double) -> Int {
    Int(exactly: (seconds * 1000).rounded(.toNearestOrEven)) ?? 0
  }

  /// `repr(number)`; nil for infinities and what is no number, which JSON cannot say.
  static func repr(_ number: Double) -> String? {
    guard number.isFinite else { return nil }
    // From 2^53 on Swift writes an exponent, Python only from 1e16 on.
    let magnitude = number.magnitude
    return (0x1p53..<1e16).contains(magnitude) ? "\(Int(number)).0" : "\(number)"
  }
}
