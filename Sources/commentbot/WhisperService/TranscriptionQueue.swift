import CommentCore
import HTTPTypes
import Synchronization

/// Who may use the engine: one request at a time, in the order in which they ask, and only so many may wait.
///
/// A request takes a place before its body is read, so that nobody uploads an hour of audio to be sent away after it.
final class TranscriptionQueue: Sendable {
  private struct State {
    var places = 0
    var isBusy = false
    var isStopping = false
    var lastNumber = 0
    var waiting: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    /// Resumed when the queue is stopping and the last place is given back.
    var end: CheckedContinuation<Void, Never>?

    mutating func takeEnd() -> CheckedContinuation<Void, Never>? {
      guard isStopping, places == 0 else { return nil }
      defer { end = nil }
      return end
    }
  }

  /// Requests that may be there at once, the one that is being transcribed included.
  let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Requests that are there now.
  var depth: Int { state.withLock(\.places) }
  /// Requests that have been uploaded and wait for their turn.
  var waitingCount: Int { state.withLock(\.waiting.count) }
  var isStopping: Bool { state.withLock(\.isStopping) }

  /// - Throws: ``ServiceFailure`` when all places are taken or the service is stopping.
  func reserve() throws -> Place {
    try state.withLock { state in
      try requireRoom(in: state)
      state.places += 1
    }
    return Place(self)
  }

  /// - Throws: ``ServiceFailure`` when ``reserve()`` would; it takes no place itself.
  func requireRoom() throws { try state.withLock { try requireRoom(in: $0) } }

  private func requireRoom(in state: State) throws {
    if state.isStopping { throw Self.stopping }
    guard state.places < capacity else {
      throw ServiceFailure(
        .tooManyRequests, "\(capacity) requests are waiting already; try again later", code: "queue_full",
        retryAfter: 10)
    }
  }

  /// Sends away who waits and who comes from now on; the one that is being transcribed goes on.
  func stop() {
    let waiting = state.withLock { state in
      state.isStopping = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for one in waiting { one.continuation.resume(throwing: Self.stopping) }
  }

  /// Waits, once, until a queue that was stopped is empty. Not cancelled by its task: ``giveUpWaiting()`` ends it.
  func untilEmpty() async {
    await withCheckedContinuation { continuation in
      let end = state.withLock { state in
        state.end = continuation
        return state.takeEnd()
      }
      end?.resume()
    }
  }

  func giveUpWaiting() {
    let end = state.withLock { state in
      defer { state.end = nil }
      return state.end
    }
    end?.resume()
  }

  /// A request's place, which is free again when this object is gone.
  final class Place: Sendable {
    private let queue: TranscriptionQueue

    fileprivate init(_ queue: TranscriptionQueue) {
      self.queue = queue
    }

    deinit {
      let end = queue.state.withLock { state in
        state.places -= 1
        return state.takeEnd()
      }
      end?.resume()
    }

    /// Does the work when all who asked earlier are done.
    /// - Throws: `CancellationError` when the task is cancelled while it waits, and what the work throws.
    func turn<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
      try await queue.begin()
      defer { queue.end() }
      return try await work()
    }
  }

  private func begin() async throws {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        state.withLock { state in
          if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
          if state.isStopping { return continuation.resume(throwing: Self.stopping) }
          guard state.isBusy else {
            state.isBusy = true
            return continuation.resume()
          }
          state.waiting.append((number, continuation))
        }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
      }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }

  private func end() {
    let next = state.withLock { state in
      state.isBusy = !state.waiting.isEmpty
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
    next?.continuation.resume()
  }

  private static var stopping: ServiceFailure {
    ServiceFailure(.serviceUnavailable, "the service is stopping", code: "stopping", retryAfter: 10)
  }
}
