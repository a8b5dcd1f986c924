import CommentCore
import Foundation

/// Wakes those who wait for a job's events: one look at the store for all of them.
///
/// It looks only while somebody waits. A signal that is missed costs time and nothing else.
actor JobEventSignal {
  private static let pause = Duration.milliseconds(200)
  private static let pageSize = 1000

  private struct Waiter {
    /// nil for whatever happens to any job.
    var job: String?
    var deadline: ContinuousClock.Instant
    var continuation: CheckedContinuation<Void, Never>
  }

  private let jobs: any JobStore
  /// The newest event that was seen.
  private(set) var newest: Int64 = 0
  private var waiters: [Int: Waiter] = [:]
  private var lastNumber = 0
  private var look: Task<Void, Never>?

  init(jobs: any JobStore) {
    self.jobs = jobs
  }

  /// Returns when there may be something new, after the given time, or when the task is cancelled.
  /// - Parameter seen: what ``newest`` was before the last look.
  func wait(for subject: JobEventSubject, after seen: Int64, atMost time: Duration) async {
    if newest > seen && look != nil { return }
    lastNumber += 1
    let number = lastNumber
    let job: String? = if case .job(let id) = subject { id } else { nil }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { return continuation.resume() }
        waiters[number] = Waiter(job: job, deadline: .now + time, continuation: continuation)
        if look == nil { look = Task { await watch() } }
      }
    } onCancel: {
      Task { await self.wake { $0 == number } }
    }
  }

  private func watch() async {
    // What came while nobody looked is nothing new to those who have just looked themselves, but for a moment's.
    if let last = try? await jobs.newestEvent(), last > newest {
      newest = last
      wake { _ in true }
    }
    while !waiters.isEmpty {
      try? await Task.sleep(for: Self.pause)
      let now = ContinuousClock.now
      if let events = try? await jobs.events(of: .all, after: newest, limit: Self.pageSize), let last = events.last {
        newest = last.sequence
        let changed = Set(events.map(\.job))
        wake { [waiters] number in waiters[number]?.job.map(changed.contains) ?? true }
      }
      wake { [waiters] number in waiters[number].map { $0.deadline <= now } ?? false }
    }
    look = nil
  }

  private func wake(_ isMeant: (Int) -> Bool) {
    for number in waiters.keys.filter(isMeant) { waiters.removeValue(forKey: number)?.continuation.resume() }
  }
}
