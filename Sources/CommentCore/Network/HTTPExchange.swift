import Foundation
import Synchronization

/// What the loop's thread and the reader of one exchange share: the answer as far as it has arrived.
final class HTTPExchange: Sendable {
  struct Head: Sendable {
    var status: Int
    var headers: [HTTPHeader]
  }

  /// Bytes that wait for the reader before the transfer is paused.
  static let highWater = 256 * 1024

  let url: String
  private let loop: CurlLoop
  private let state = Mutex(State())

  private struct State {
    var head: Head?
    var headWaiter: CheckedContinuation<Head, any Error>?
    var chunks: [Data] = []
    var waitingBytes = 0
    var chunkWaiter: CheckedContinuation<Data?, any Error>?
    var isPaused = false
    /// Set once: no more bytes come, because the body is whole (`success`) or because of the error.
    var end: Result<Void, any Error>?
  }

  init(url: String, loop: CurlLoop) {
    self.url = url
    self.loop = loop
  }

  // MARK: - The reader's side

  /// Waits for status and headers.
  func head() async throws -> Head {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer: Result<Head, any Error>? = state.withLock { state in
          if let head = state.head { return .success(head) }
          if case .failure(let error) = state.end { return .failure(error) }
          state.headWaiter = continuation
          return nil
        }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      cancel()
    }
  }

  /// Waits for the next piece of the body; nil at its end.
  func nextChunk() async throws -> Data? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        var resumesTransfer = false
        let answer: Result<Data?, any Error>? = state.withLock { state in
          if !state.chunks.isEmpty {
            let chunk = state.chunks.removeFirst()
            state.waitingBytes -= chunk.count
            if state.isPaused, state.waitingBytes <= Self.highWater / 2 {
              state.isPaused = false
              resumesTransfer = true
            }
            return .success(chunk)
          }
          if let end = state.end { return end.map { nil } }
          state.chunkWaiter = continuation
          return nil
        }
        if resumesTransfer { loop.post(.resume(ObjectIdentifier(self))) }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      cancel()
    }
  }

  /// Gives the exchange up and closes its connection, unless it has ended already.
  func cancel() {
    if finish(.failure(CancellationError())) { loop.post(.cancel(ObjectIdentifier(self))) }
  }

  // MARK: - The loop's side

  func deliver(_ head: Head) {
    let waiter = state.withLock { state in
      state.head = head
      defer { state.headWaiter = nil }
      return state.headWaiter
    }
    waiter?.resume(returning: head)
  }

  /// Takes a piece of the body.
  /// - Returns: false when too much waits already; the piece has to come again after a resume.
  func deliver(_ chunk: Data) -> Bool {
    var waiter: CheckedContinuation<Data?, any Error>?
    let isTaken = state.withLock { state in
      guard state.waitingBytes < Self.highWater else {
        state.isPaused = true
        return false
      }
      waiter = state.chunkWaiter
      state.chunkWaiter = nil
      if waiter == nil {
        state.chunks.append(chunk)
        state.waitingBytes += chunk.count
      }
      return true
    }
    waiter?.resume(returning: chunk)
    return isTaken
  }

  /// Ends the exchange; only the first call counts. Bytes that wait stay readable, except after a cancellation.
  /// - Returns: whether this was the first call.
  @discardableResult
  func finish(_ end: Result<Void, any Error>) -> Bool {
    var headWaiter: CheckedContinuation<Head, any Error>?
    var chunkWaiter: CheckedContinuation<Data?, any Error>?
    let isFirst = state.withLock { state in
      guard state.end == nil else { return false }
      state.end = end
      (headWaiter, state.headWaiter) = (state.headWaiter, nil)
      (chunkWaiter, state.chunkWaiter) = (state.chunkWaiter, nil)
      if case .failure(is CancellationError) = end { (state.chunks, state.waitingBytes) = ([], 0) }
      return true
    }
    if let headWaiter {
      switch end {
      case .failure(let error): headWaiter.resume(throwing: error)
      case .success:
        headWaiter.resume(
          throwing: CommentBotError(.badReply, "read", url, cause: "the server ended the answer before its head"))
      }
    }
    chunkWaiter?.resume(with: end.map { nil })
    return isFirst
  }
}
