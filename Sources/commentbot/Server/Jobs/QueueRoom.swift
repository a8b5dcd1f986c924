import CommentCore
import Synchronization

/// Whether an owner may queue one more job. Open jobs are not counted for each: with many of them that takes longer than
/// to write one.
final class QueueRoom: Sendable {
  private struct Count {
    /// Jobs that may still come before the next count.
    var credit: Int
    var validUntil: SuspendingClock.Instant
  }

  private let jobs: any JobStore
  private let limit: Int
  private let counts = Mutex([String: Count]())
  /// Other processes queue jobs too.
  private static let validity = Duration.seconds(1)

  /// - Parameter limit: jobs of an owner that may be queued or running.
  init(jobs: any JobStore, limit: Int) {
    (self.jobs, self.limit) = (jobs, limit)
  }

  /// A count serves for half of the room that it found, so that the last places are counted one by one.
  func hasRoom(for owner: String) async throws -> Bool {
    let now = SuspendingClock.now
    let isKnown = counts.withLock { counts in
      guard let count = counts[owner], count.credit > 0, now < count.validUntil else { return false }
      counts[owner]?.credit -= 1
      return true
    }
    if isKnown { return true }
    let room = limit - (try await jobs.depth(owner: owner, upTo: limit))
    counts.withLock { counts in
      counts = counts.filter { now < $0.value.validUntil }
      counts[owner] = Count(credit: room / 2, validUntil: now + Self.validity)
    }
    return room > 0
  }
}
