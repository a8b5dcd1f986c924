import Synchronization

/// Keeps a lease alive while the work goes on.
struct Heart: Sendable {
  /// Why the work is to stop.
  enum Stop: Sendable {
    /// Somebody does not want it any more.
    case cancel
    /// The job is, or may be, another worker's by now.
    case lost
  }

  let store: any JobStore
  let lease: Lease
  /// After so much time without a heartbeat others take the job.
  let leaseTime: Duration
  let news: JobNews
  private static let executor = ThreadExecutor(label: "commentbot.heart")

  /// News are told soon, heartbeats come at least every third of the lease.
  private var tick: Duration { min(leaseTime / 6, .milliseconds(250)) }

  /// Beats until the task is cancelled or the lease is lost, on a thread of its own: whatever keeps the shared pool
  /// busy does not stop it.
  /// - Parameter start: when the lease was asked for. It is measured by this machine's running time, which nobody sets.
  func start(
    since start: SuspendingClock.Instant, onStop: @escaping @Sendable (Stop) -> Void
  ) -> Task<Void, Never> {
    Task(executorPreference: Self.executor) {
      let last = LastBeat(start)
      await withTaskGroup { group in
        group.addTask { await beat(last, onStop) }
        group.addTask { await watch(last, onStop) }
        // The other one may hang in a store that does not answer.
        await group.next()
        group.cancelAll()
      }
    }
  }

  private func beat(_ last: LastBeat, _ onStop: @Sendable (Stop) -> Void) async {
    while !Task.isCancelled {
      let now = SuspendingClock.now
      if case .pulse(let pulse) = news.take(at: now, isDue: last.time.duration(to: now) >= leaseTime / 3) {
        Failpoint.hit(.beforeHeartbeat)
        do {
          let answer = try await store.heartbeat(lease, pulse)
          news.arrived()
          switch answer {
          case .goOn: last.time = now
          case .cancel:
            last.time = now
            onStop(.cancel)
          case .lost: return onStop(.lost)
          }
        } catch {
          // It is tried again until the lease is over.
          news.giveBack(pulse)
        }
      }
      await Self.executor.sleep(for: tick)
    }
  }

  private func watch(_ last: LastBeat, _ onStop: @Sendable (Stop) -> Void) async {
    while !Task.isCancelled {
      if last.time.duration(to: .now) >= leaseTime { return onStop(.lost) }
      await Self.executor.sleep(for: tick)
    }
  }

  private final class LastBeat: Sendable {
    private let mutex: Mutex<SuspendingClock.Instant>

    init(_ time: SuspendingClock.Instant) { mutex = Mutex(time) }

    var time: SuspendingClock.Instant {
      get { mutex.withLock(\.self) }
      set { mutex.withLock { $0 = newValue } }
    }
  }
}
