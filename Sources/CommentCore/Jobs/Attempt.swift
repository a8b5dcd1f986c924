import Synchronization

/// One try at a job in this process: the work, and why it is to stop.
final class Attempt: Sendable {
  /// Later ones in this order count for more.
  enum Stop: Int, Sendable {
    case shutdown, cancel, lost
  }

  let lease: Lease
  let news: JobNews
  private let claimed: ClaimedJob
  private let ends: AsyncStream<Result<JobResult, any Error>>
  private let end: AsyncStream<Result<JobResult, any Error>>.Continuation
  private let state = Mutex((stop: Stop?.none, work: Task<Void, Never>?.none))

  init(_ claimed: ClaimedJob, news: JobNews) {
    (self.claimed, lease, self.news) = (claimed, claimed.lease, news)
    (ends, end) = AsyncStream.makeStream()
  }

  func begin(_ runner: any JobRunner) {
    state.withLock { state in
      state.work = Task { [claimed, news, end] in
        do {
          end.yield(.success(try await runner.run(claimed, telling: news)))
        } catch {
          end.yield(.failure(error))
        }
      }
      if state.stop != nil { state.work?.cancel() }
    }
  }

  /// Asks the work to stop.
  /// - Parameter patience: after it, the attempt ends even if the work has not.
  func stop(_ reason: Stop, after patience: Duration? = nil) {
    state.withLock { state in
      if reason.rawValue >= state.stop?.rawValue ?? 0 { state.stop = reason }
      state.work?.cancel()
    }
    guard let patience else { return }
    Task { [end] in
      try? await Task.sleep(for: patience)
      end.yield(.failure(CancellationError()))
    }
  }

  var isLost: Bool { state.withLock { $0.stop == .lost } }

  /// Waits for the work. What is done counts, even if it was to stop.
  /// - Returns: nil when the lease is lost, and nothing may be written.
  func outcome() async -> JobOutcome? {
    // A task of its own: what waits for a stream in one that is cancelled gets nothing.
    let result = await Task { [ends] in await ends.first { _ in true } }.value
    let stop = state.withLock(\.stop)
    switch (result, stop) {
    case (_, .lost): return nil
    case (.success(let result), _): return .succeeded(result)
    case (.failure(let error), let stop?) where CommentBotError.isCancellation(error):
      return stop == .cancel ? .cancelled : .shutdown
    case (.failure(let error), _): return JobOutcome(of: error)
    // The stream has one element at least.
    case (nil, _): return .shutdown
    }
  }
}
