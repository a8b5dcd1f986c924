import Foundation
import Synchronization

/// The two streams of a command: data on stdout, everything else on stderr.
enum Console {
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1

  static func out(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }

  static func error(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Without a line break.
  static func errorPart(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
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
          case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\u{200D}" ? scalar : " "
          default: scalar
          }
        }))
  }
}

/// Counts from 1, from any thread.
final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
}
