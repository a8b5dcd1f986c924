import Synchronization

/// Takes jobs and does them, one at a time.
public struct Worker: Sendable {
  /// How a worker behaves.
  public struct Options: Sendable {
    /// After so much time without a heartbeat others take the job.
    public var lease = Duration.seconds(60)
    /// How long stopped work may take to end before its job is given back all the same.
    public var grace = Duration.seconds(10)
    /// Between two looks for a job when there is none.
    public var poll = Duration.milliseconds(250)
    /// Between two looks when the store fails or the disk is full.
    public var pause = Duration.seconds(2)

    public init() {}
  }

  /// What a worker tells its process's log.
  public enum Event: Sendable {
    /// It begins a job.
    case began(Job)
    /// The attempt has ended so.
    case ended(Job, JobOutcome)
    /// The job is another worker's by now: nothing was written.
    case lost(Job)
    /// The store does not do what it should; tried again after a while.
    case failed(CommentBotError)
    /// Nothing is claimed until there is room on the disk.
    case diskFull
  }

  private let store: any JobStore
  private let runner: any JobRunner
  private let name: String
  private let options: Options
  private let gate: DiskGate
  private let memory: MemoryGate
  private let onEvent: @Sendable (Event) -> Void

  /// - Parameters:
  ///   - name: tells attempts apart for people.
  ///   - gate: of all workers that write to the same disk.
  ///   - memory: of all workers of the process.
  public init(
    _ name: String, store: any JobStore, runner: any JobRunner, options: Options = Options(), gate: DiskGate,
    memory: MemoryGate = MemoryGate(), onEvent: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    (self.name, self.store, self.runner, self.options) = (name, store, runner, options)
    (self.gate, self.memory, self.onEvent) = (gate, memory, onEvent)
  }

  /// Works until the task is cancelled; the job that it is at is then given back.
  /// - Throws: ``CommentBotError`` with code `database` when the store is damaged: nothing more is written to it.
  public func run() async throws {
    while !Task.isCancelled {
      guard await gate.tryOpen() else {
        onEvent(.diskFull)
        try? await Task.sleep(for: options.pause)
        continue
      }
      do {
        if try await !workOnNext() { try? await Task.sleep(for: options.poll) }
      } catch let error as CommentBotError {
        if error.code == .diskFull { gate.close() }
        onEvent(.failed(error))
        if error.code == .database { throw error }
        try? await Task.sleep(for: options.pause)
      } catch {
        // Only the cancellation is none of ours.
      }
    }
  }

  /// - Returns: false when there is no job, or no memory for one more.
  private func workOnNext() async throws -> Bool {
    guard memory.enter() else { return false }
    defer { memory.leave() }
    let start = SuspendingClock.now
    guard let claimed = try await store.claim(by: name) else { return false }
    Failpoint.hit(.afterClaim)
    await work(on: claimed, since: start)
    return true
  }

  private func work(on claimed: ClaimedJob, since start: SuspendingClock.Instant) async {
    onEvent(.began(claimed.job))
    let attempt = Attempt(claimed, news: JobNews())
    attempt.begin(runner)
    let heart = Heart(store: store, lease: claimed.lease, leaseTime: options.lease, news: attempt.news)
      .start(since: start) { attempt.stop($0 == .lost ? .lost : .cancel) }
    let outcome = await withTaskCancellationHandler {
      await attempt.outcome()
    } onCancel: {
      attempt.stop(.shutdown, after: options.grace)
    }
    if case .retry(let error) = outcome, error.code == .diskFull { gate.close() }
    let isOurs = if let outcome { await end(attempt, outcome) } else { false }
    heart.cancel()
    if let outcome, isOurs { onEvent(.ended(claimed.job, outcome)) } else { onEvent(.lost(claimed.job)) }
  }

  /// Tells the last news and ends the attempt; tries again while the store fails and the lease lasts.
  /// - Returns: false when the lease is lost.
  private func end(_ attempt: Attempt, _ outcome: JobOutcome) async -> Bool {
    while !attempt.isLost {
      do {
        if try await tellLast(attempt) == .lost { return false }
        Failpoint.hit(.beforeCommit)
        let isWritten = try await store.finish(attempt.lease, outcome)
        Failpoint.hit(.afterCommit)
        return isWritten
      } catch let error as CommentBotError {
        if error.code == .diskFull { gate.close() }
        onEvent(.failed(error))
      } catch {
        // A store throws nothing else.
      }
      // Of a task that is cancelled a sleep would be none.
      await Task { try? await Task.sleep(for: options.poll) }.value
    }
    return false
  }

  private func tellLast(_ attempt: Attempt) async throws -> HeartbeatAnswer? {
    while !attempt.isLost {
      switch attempt.news.take(at: .now, isDue: false) {
      case .nothing: return nil
      // What the heart is telling may come back. It is over, or the lease is lost, before long.
      case .underway: await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
      case .pulse(let pulse):
        do {
          let answer = try await store.heartbeat(attempt.lease, pulse)
          attempt.news.arrived()
          return answer
        } catch {
          attempt.news.giveBack(pulse)
          throw error
        }
      }
    }
    return .lost
  }
}
