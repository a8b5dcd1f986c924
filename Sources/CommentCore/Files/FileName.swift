import Foundation

/// Names of files and folders made from names that somebody else chose.
enum FileName {
  /// The name without what could leave the folder, hide the file or disturb a terminal: separators, control and
  /// direction characters, leading dots; at most `maxBytes` bytes of UTF-8, cut between characters.
  static func safe(_ name: String, maxBytes: Int = 100) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar {
      case "/", "\\", ":": scalars.append("_")
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}": continue
      default:
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: scalars.append("_")
        default: scalars.append(scalar)
        }
      }
    }
    let visible = scalars.drop(while: isIdle)
    var safe = cut(String(visible), maxBytes: maxBytes).unicodeScalars
    while let last = safe.last, isIdle(last) { safe.removeLast() }
    return safe.isEmpty ? "recording" : String(safe)
  }

  /// What a name neither begins nor ends with.
  private static func isIdle(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "." || scalar.properties.isWhitespace
  }

  /// As many whole characters as fit.
  private static func cut(_ text: String, maxBytes: Int) -> String {
    var result = ""
    var bytes = 0
    for character in text {
      bytes += character.utf8.count
      if bytes > maxBytes { break }
      result.append(character)
    }
    return result
  }
}
