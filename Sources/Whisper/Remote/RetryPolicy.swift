import Foundation

/// How often and after which pauses a service is asked again.
struct RetryPolicy: Sendable {
  /// Before each further attempt; half of it to all of it is waited, so that several clients do not come back at once.
  var delays: [Duration]
  /// The longest pause that a service may ask for by `Retry-After`.
  var longestPause = Duration.seconds(120)
  var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// A service that is started again, or loads a large model, is there within a minute and a half.
  static let patient = RetryPolicy(delays: [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
  /// While nothing is done yet, a wrong address should be told soon.
  var shortened: RetryPolicy {
    var policy = self
    policy.delays = delays.prefix(3).map { min($0, .seconds(1)) }
    return policy
  }

  /// The pause before the next attempt; nil when there is none.
  /// - Parameter retryAfter: what the service asks for.
  func pause(after attempts: Int, retryAfter: Duration?) -> Duration? {
    guard attempts <= delays.count else { return nil }
    let own = delays[attempts - 1] * Double.random(in: 0.5...1)
    guard let retryAfter else { return own }
    return retryAfter > longestPause ? nil : max(own, retryAfter)
  }

  /// `Retry-After` in seconds or as a date.
  static func retryAfter(_ text: String?, now: Date = Date()) -> Duration? {
    guard let text else { return nil }
    if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 86_400)) : nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { .seconds(max(0, $0.timeIntervalSince(now))) }
  }
}
