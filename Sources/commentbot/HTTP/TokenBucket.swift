import HTTPTypes

/// How often something may happen: as often at once as in a minute, and then evenly over the minutes.
struct TokenBucket: Sendable {
  let perMinute: Int
  private var level: Double
  private var filled: ContinuousClock.Instant

  /// A full one.
  init(perMinute: Int, at now: ContinuousClock.Instant) {
    self.perMinute = perMinute
    level = Double(perMinute)
    filled = now
  }

  /// When it was used last.
  var lastUse: ContinuousClock.Instant { filled }

  /// Takes one, if there is one.
  mutating func take(at now: ContinuousClock.Instant) -> RateLimit {
    let perSecond = Double(perMinute) / 60
    level = min(Double(perMinute), level + max(0, (now - filled) / .seconds(1)) * perSecond)
    filled = max(filled, now)
    let isAllowed = level >= 1
    if isAllowed { level -= 1 }
    return RateLimit(
      isAllowed: isAllowed, limit: perMinute, remaining: Int(level),
      reset: Int(((Double(perMinute) - level) / perSecond).rounded(.up)),
      retryAfter: isAllowed ? 0 : max(1, Int(((1 - level) / perSecond).rounded(.up))))
  }
}

/// How often somebody may still ask.
struct RateLimit: Sendable, Equatable {
  var isAllowed: Bool
  /// A minute.
  var limit: Int
  /// At this moment.
  var remaining: Int
  /// Seconds until all are there again.
  var reset: Int
  /// Seconds until one is there again; 0 when one is.
  var retryAfter: Int

  var headers: HTTPFields {
    [.rateLimitLimit: "\(limit)", .rateLimitRemaining: "\(remaining)", .rateLimitReset: "\(reset)"]
  }

  /// - Throws: ``ServiceFailure`` with status 429.
  func check(_ what: String) throws {
    guard !isAllowed else { return }
    throw ServiceFailure(
      .tooManyRequests, "\(what): no more than \(limit) a minute", code: "rate_limited", retryAfter: retryAfter,
      headers: headers)
  }
}

extension HTTPField.Name {
  static let rateLimitLimit = HTTPField.Name("RateLimit-Limit")!
  static let rateLimitRemaining = HTTPField.Name("RateLimit-Remaining")!
  static let rateLimitReset = HTTPField.Name("RateLimit-Reset")!
}
