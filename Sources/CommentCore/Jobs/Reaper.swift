/// Finds jobs whose worker has died: those whose heartbeat did not change for one lease.
///
/// Deadlines in the store are not trusted, for clocks jump and differ: time is this machine's running time, between
/// looks of its own.
public struct Reaper: Sendable {
  private let lease: Duration
  private var firstSeen: [LeasePulse: SuspendingClock.Instant] = [:]

  public init(lease: Duration) {
    self.lease = lease
  }

  /// Those of the running jobs that have stood as they stand for one lease.
  public mutating func expired(among pulses: [LeasePulse], at now: SuspendingClock.Instant) -> [LeasePulse] {
    firstSeen = Dictionary(uniqueKeysWithValues: pulses.map { ($0, firstSeen[$0] ?? now) })
    return pulses.filter { firstSeen[$0].map { $0.duration(to: now) >= lease } ?? false }
  }
}
