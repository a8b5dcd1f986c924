import ArgumentParser
import Foundation

/// The two streams of a command: data on stdout, everything else on stderr.
enum Console {
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1

  /// Ends the process when nobody can read on: there is nothing left to do then.
  static func out(_ text: String) {
    write(Data((text + "\n").utf8))
  }

  static func write(_ data: Data) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      self.error("cannot write the output: \(error.localizedDescription)")
      ExitStatus.end(ExitStatus.output)
    }
  }

  static func error(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { safe(String($0)) }
    errorPart(lines.joined(separator: "\n") + "\n")
  }

  /// Without a line break, and with the control characters that it has.
  static func errorPart(_ text: String) {
    // Without stderr there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Columns of the terminal on stderr; 80 when unknown.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// The text without control characters: what was said or written must not steer the terminal.
  static func safe(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator:
            ["\u{200C}", "\u{200D}"].contains(scalar) ? scalar : " "
          default: scalar
          }
        }))
  }
}
