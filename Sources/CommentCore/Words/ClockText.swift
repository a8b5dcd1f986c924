/// Times in a recording as people read them.
public enum ClockText {
  /// `07:05`, or `1:07:05` from an hour on; part seconds are left out, so that a player starts in time.
  public static func of(_ seconds: Double) -> String {
    let total = Int(exactly: max(0, seconds).rounded(.down)) ?? 0
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    let tail = "\(padded(minutes)):\(padded(rest))"
    return hours > 0 ? "\(hours):\(tail)" : tail
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
