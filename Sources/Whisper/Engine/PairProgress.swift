import CommentCore
import Synchronization

/// The progress of windows that are decoded at the same time, as one that never goes back.
final class PairProgress: Sendable {
  private struct State {
    var shares: [Double]
    /// Of the audio, with everything before the first window.
    var seconds: Double
    var unfinished: Int
  }

  private let windows: [AudioWindow]
  private let emit: @Sendable (TranscriptionEvent) -> Void
  private let state: Mutex<State>

  init(_ windows: [AudioWindow], emit: @escaping @Sendable (TranscriptionEvent) -> Void) {
    self.windows = windows
    self.emit = emit
    state = Mutex(State(shares: windows.map { _ in 0 }, seconds: windows.first?.start ?? 0, unfinished: windows.count))
  }

  /// How many windows are being decoded or wait for it.
  var unfinished: Int { state.withLock(\.unfinished) }

  func finish(_ index: Int) {
    report(1, of: index)
    state.withLock { $0.unfinished -= 1 }
  }

  /// - Parameters:
  ///   - share: of the window that is done, in 0...1.
  ///   - index: the window's, among ``windows``.
  func report(_ share: Double, of index: Int) {
    state.withLock { state in
      guard share > state.shares[index] else { return }
      state.seconds += (share - state.shares[index]) * (windows[index].end - windows[index].start)
      state.shares[index] = share
      // Within the lock, so that no event overtakes another.
      emit(.progress(seconds: state.seconds))
    }
  }
}
