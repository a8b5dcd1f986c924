import Foundation

/// Decides where decoded audio belongs in time, so that times never drift from what a player shows.
///
/// Pure: times in, decisions out. All times are seconds from the start of the output.
struct Timeline {
  enum Placement: Equatable {
    /// Follows what is there.
    case next
    /// Fill with silence up to this time first.
    case after(silenceUntil: Double)
    /// Drop so many seconds: they repeat what is there.
    case overlapping(Double)
  }

  /// Timestamps this near to the audio's own clock are taken as equal: corrections would be heard as clicks.
  static let jitter = 0.05
  /// Further back than this, time has started anew, and the audio is no repetition.
  static let longestOverlap = 1.0
  /// In formats whose time may start anew, a longer gap than this is none.
  static let longestGapIfRestarting = 3600.0
  /// How far beyond the declared duration a timestamp is still believed.
  static let declaredSlack = 60.0

  /// Added to the file's timestamps; nil before the first frame.
  private var offset: Double?
  private let origin: Double?
  private let declaredDuration: Double?
  private let mayRestart: Bool

  /// - Parameters:
  ///   - origin: the file's timestamp that is time 0; nil takes the first frame's.
  ///   - declaredDuration: the length that the header declares: timestamps far beyond it are damaged.
  ///   - mayRestart: whether timestamps of this format may start anew in the middle.
  init(origin: Double?, declaredDuration: Double?, mayRestart: Bool) {
    self.origin = origin
    self.declaredDuration = declaredDuration
    self.mayRestart = mayRestart
  }

  /// Where a frame goes.
  /// - Parameters:
  ///   - timestamp: the frame's own, in seconds; nil when it has none.
  ///   - expected: the time right after everything that came before.
  mutating func place(_ timestamp: Double?, expected: Double) -> Placement {
    guard let timestamp else { return .next }
    guard let offset else { return placeFirst(timestamp, expected: expected) }
    let time = timestamp + offset
    let gap = time - expected
    if abs(gap) <= Self.jitter { return .next }
    if gap > 0, isBelievable(time, gap: gap) { return .after(silenceUntil: time) }
    if gap < 0, gap >= -Self.longestOverlap { return .overlapping(-gap) }
    self.offset = offset - gap
    return .next
  }

  private mutating func placeFirst(_ timestamp: Double, expected: Double) -> Placement {
    let time = timestamp - (origin ?? timestamp)
    // A start before the file's start, or an unbelievable one, becomes the start.
    guard time > expected, isBelievable(time, gap: time) else {
      offset = expected - timestamp
      return .next
    }
    offset = time - timestamp
    return .after(silenceUntil: time)
  }

  private func isBelievable(_ time: Double, gap: Double) -> Bool {
    if let declaredDuration, time > declaredDuration + Self.declaredSlack { return false }
    return !mayRestart || gap <= Self.longestGapIfRestarting
  }
}
