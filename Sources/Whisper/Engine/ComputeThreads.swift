import Synchronization

/// The threads that may compute: never are more at work than there are, whatever is asked for at once.
final class ComputeThreads: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// Threads that one window has for certain: two windows are decoded at a time.
  let share: Int
  private let state: Mutex<State>

  init(count: Int) {
    share = max(1, count / 2)
    state = Mutex(State(free: count))
  }

  /// Waits for a window's share; first come, first served.
  func takeShare() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.waiting.isEmpty, state.free >= share else {
          state.waiting.append(continuation)
          return false
        }
        state.free -= share
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  /// All that nobody uses at the moment, to be given back soon.
  func borrowRest() -> Int {
    state.withLock { state in
      defer { state.free = 0 }
      return state.free
    }
  }

  func giveBack(_ count: Int) {
    let next = state.withLock { state in
      state.free += count
      let next = state.waiting.prefix(state.free / share)
      state.waiting.removeFirst(next.count)
      state.free -= next.count * share
      return Array(next)
    }
    for continuation in next { continuation.resume() }
  }
}
