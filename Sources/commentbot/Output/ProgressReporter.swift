import CommentCore
import Foundation
import Synchronization

/// Shows on stderr how far a file is: one moving line on a terminal, a plain line every tenth otherwise.
final class ProgressReporter: Sendable {
  private struct State {
    var stage: PipelineEvent.Stage?
    var label = ""
    var start = ContinuousClock.now
    /// Where this run began, so that work of an earlier run does not count as speed.
    var startDone: Double?
    var total = 0.0
    var lastTenth = -1
    var lastDrawn = ContinuousClock.now - .seconds(1)
    var isLineOpen = false
    /// What the model is writing, and the end of it.
    var kind = ""
    var writing = WritingText()
  }

  private let file: String
  private let isTerminal: Bool
  private let state = Mutex(State())

  init(file: String, isTerminal: Bool = Console.isErrorTerminal) {
    self.file = file
    self.isTerminal = isTerminal
  }

  func handle(_ event: PipelineEvent) {
    state.withLock { state in
      switch event {
      case .stage(let stage, let detail):
        // The next stage begins only when this one is done, whatever the header promised.
        if state.isLineOpen, let done = state.stage { draw(done, done: state.total, total: state.total, &state) }
        closeLine(&state)
        state = State(stage: stage, label: detail ?? stage.rawValue)
      case .resumed(let seconds):
        closeLine(&state)
        line("\(ClockText.of(seconds)) of audio was transcribed earlier and is taken from there")
      case .waiting(let seconds, let cause):
        closeLine(&state)
        line("\(cause); asked again in \(TimeText.span(seconds))")
      case .kept(let kind, let model):
        closeLine(&state)
        line("\(kind) stays as \(model) wrote it: what would write now is no better")
      case .written: break
      case .uncombined(let kind, let cause):
        closeLine(&state)
        line("\(kind): the items of the parts are not combined: \(cause)")
      case .window: break
      case .writing(let kind, let text):
        write(kind, text, &state)
      case .progress(let stage, let done, let total):
        guard stage == state.stage, total > 0 else { return }
        draw(stage, done: min(done, total), total: total, &state)
      }
    }
  }

  /// Ends an open line, so that what follows starts on its own.
  /// - Parameter isDone: whether the stage has come to its end.
  func finish(isDone: Bool = false) {
    state.withLock { state in
      if isDone, state.isLineOpen, state.total > 0, let stage = state.stage {
        draw(stage, done: state.total, total: state.total, &state)
      }
      closeLine(&state)
    }
  }

  private func draw(_ stage: PipelineEvent.Stage, done: Double, total: Double, _ state: inout State) {
    state.total = total
    let startDone = state.startDone ?? done
    state.startDone = startDone
    let now = ContinuousClock.now
    guard isTerminal else {
      // Decoding takes seconds: not worth a line in a log.
      if stage == .decode { return }
      let tenth = Int(done / total * 10)
      if tenth > state.lastTenth {
        state.lastTenth = tenth
        line("\(state.label) \(tenth * 10) %\(Self.position(stage, done, total))")
      }
      return
    }
    guard now - state.lastDrawn > .milliseconds(80) || done == total else { return }
    state.lastDrawn = now
    let elapsed = (now - state.start) / .seconds(1)
    var text = "\(Self.bar(done / total)) \(Int(done / total * 100)) %\(Self.position(stage, done, total))"
    if stage == .transcribe, done > startDone, elapsed > 1 {
      let speed = (done - startDone) / elapsed
      let left = done < total ? "\(TimeText.span((total - done) / speed)) left, " : ""
      // The speed comes last: on a narrow terminal the end of the line is cut.
      text += "  \(left)\(TimeText.decimal(speed))× real time"
    }
    let whole = "  \(state.label.padding(toLength: 12, withPad: " ", startingAt: 0)) \(text)"
    Console.errorPart("\r\u{1B}[2K" + whole.prefix(Console.width - 1))
    state.isLineOpen = true
  }

  /// The end of what the model writes goes by on a terminal; what is checked is printed when it is whole.
  private func write(_ kind: String?, _ text: String?, _ state: inout State) {
    if let kind { (state.kind, state.writing) = (kind, WritingText()) }
    guard isTerminal, let text else { return }
    state.writing.append(text)
    guard ContinuousClock.now - state.lastDrawn > .milliseconds(80) else { return }
    state.lastDrawn = .now
    let label = state.kind.padding(toLength: max(12, state.kind.count), withPad: " ", startingAt: 0)
    let room = max(10, Console.width - label.count - 5)
    Console.errorPart("\r\u{1B}[2K  \(label) \(Console.safe(String(state.writing.text.suffix(room))))")
    state.isLineOpen = true
  }

  private func line(_ text: String) {
    Console.error(isTerminal ? "  \(text)" : "\(file): \(text)")
  }

  private func closeLine(_ state: inout State) {
    if state.isLineOpen { Console.errorPart("\n") }
    state.isLineOpen = false
  }

  private static func position(_ stage: PipelineEvent.Stage, _ done: Double, _ total: Double) -> String {
    switch stage {
    case .decode, .transcribe: "  \(ClockText.of(done)) of \(ClockText.of(total))"
    case .comment: "  part \(min(Int(done) + 1, Int(total))) of \(Int(total))"
    case .hash, .store: ""
    }
  }

  /// Of the bar: with 80 columns there is room for the time that is left.
  private static let cells = 14

  private static func bar(_ share: Double) -> String {
    let full = Int(share * Double(cells))
    return String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
  }
}
