import Foundation

/// Lines for a terminal, broken between words; into a file or a pipe they go as they are.
enum WrappedText {
  /// Columns of the terminal on stdout; nil where there is none.
  private static var width: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  static func forTerminal(_ lines: [String]) -> [String] {
    guard let width else { return lines }
    return lines.map { wrapped($0, to: width) }
  }

  /// What does not fit stands below the line's first word, or below what follows its mark. A word that is wider than
  /// the terminal, as in languages without spaces, is the terminal's to break.
  static func wrapped(_ line: String, to width: Int) -> String {
    let start = line.prefix { $0 == " " }.count
    let words = line.dropFirst(start).split(separator: " ", omittingEmptySubsequences: false)
    guard let first = words.first, line.count > width, width > 40 else { return line }
    let isMarked = ["•", "?"].contains(first) || first.wholeMatch(of: /\[[\d:]+\]/) != nil
    let indent = String(repeating: " ", count: start + (isMarked ? first.count + 1 : 0))
    var (text, column) = (String(repeating: " ", count: start) + first, start + first.count)
    for word in words.dropFirst() {
      if column + 1 + word.count > width {
        text += "\n" + indent + word
        column = indent.count + word.count
      } else {
        text += " " + word
        column += 1 + word.count
      }
    }
    return text
  }
}
