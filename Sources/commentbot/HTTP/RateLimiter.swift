import Synchronization

/// A bucket for each key or address.
final class RateLimiter: Sendable {
  /// More are not remembered: those that were not used for longest are full again anyway, or nearly so.
  private static let capacity = 10_000

  private let perMinute: Int
  private let buckets = Mutex<[String: TokenBucket]>([:])

  /// - Parameter perMinute: 0 is no limit.
  init(perMinute: Int) {
    self.perMinute = perMinute
  }

  /// nil where there is no limit.
  func take(_ name: String, at now: ContinuousClock.Instant = .now) -> RateLimit? {
    guard perMinute > 0 else { return nil }
    return buckets.withLock { buckets in
      if buckets.count >= Self.capacity, buckets[name] == nil { Self.thin(&buckets) }
      return buckets[name, default: TokenBucket(perMinute: perMinute, at: now)].take(at: now)
    }
  }

  private static func thin(_ buckets: inout [String: TokenBucket]) {
    let newest = buckets.sorted { $0.value.lastUse > $1.value.lastUse }.prefix(capacity / 2)
    buckets = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
  }
}
