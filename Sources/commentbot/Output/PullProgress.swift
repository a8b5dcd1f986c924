import CommentCore
import Foundation
import Synchronization

/// Shows a pull on stderr: a bar on a terminal, a line for each step otherwise.
final class PullProgress: Sendable {
  private let name: String
  private let isTerminal = Console.isErrorTerminal
  private let state = Mutex(State())

  private struct State {
    var source: String?
    /// Tenths that were shown last, so that a line is only written when there is something new.
    var shown = -1
    var isBarOpen = false
  }

  init(name: String) {
    self.name = name
  }

  /// What is done between the parts that are counted; each is told once.
  func tell(_ status: String) {
    state.withLock { state in
      if state.source != status { line("\(name): \(Console.safe(status))", &state) }
      state.source = status
    }
  }

  func show(_ step: PullStep) {
    state.withLock { state in
      switch step {
      case .downloading(let source, let done, let total):
        if state.source != source {
          line("\(name): \(TimeText.bytes(total)) from \(source)", &state)
          state.source = source
          state.shown = -1
        }
        let tenths = total > 0 ? min(done, total) * 1000 / total : 0
        guard isTerminal, tenths != state.shown else { return }
        state.shown = tenths
        state.isBarOpen = true
        Console.errorPart("\r  \(Self.bar(tenths: tenths)) \(tenths / 10) %  \(TimeText.bytes(done)) ")
      case .converting(let weights):
        line("\(name): converting to ggml (\(weights.rawValue))", &state)
      case .failed(let source, let error):
        line("\(name): \(source): \(error.cause)", &state)
      }
    }
  }

  /// - Parameter tenths: of a percent, in 0...1000.
  static func bar(tenths: Int) -> String {
    let filled = tenths * 30 / 1000
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
  }

  /// Closes an open bar, so that what follows starts on a line of its own.
  func end() {
    state.withLock { close(&$0) }
  }

  private func line(_ text: String, _ state: inout State) {
    close(&state)
    Console.error(text)
  }

  private func close(_ state: inout State) {
    if state.isBarOpen { Console.errorPart("\n") }
    state.isBarOpen = false
  }
}
