/// How long a job waits before it is tried again.
public struct JobBackoff: Sendable, Equatable {
  /// Seconds; doubled with each attempt.
  public var base: Double
  /// Seconds at the most.
  public var cap: Double
  /// Seconds until a server that was away is asked again.
  public var snooze: Double

  public init(base: Double = 5, cap: Double = 600, snooze: Double = 30) {
    self.base = base
    self.cap = cap
    self.snooze = snooze
  }

  /// Full jitter: anything up to the doubled time, so that jobs that failed together do not come back together.
  /// - Parameters:
  ///   - attempt: how many have failed, from 1.
  ///   - random: in 0...1.
  /// - Returns: seconds.
  func delay(afterAttempt attempt: Int, random: Double) -> Double {
    var limit = base
    for _ in 0..<max(0, attempt) where limit < cap { limit *= 2 }
    return random * min(cap, limit)
  }

  /// Half of the time is by lot, for the same reason.
  func snoozeDelay(random: Double) -> Double { snooze * (0.5 + random / 2) }
}
