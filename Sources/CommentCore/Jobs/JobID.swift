import Foundation

/// Ids of jobs and batches: UUIDs of version 7 (RFC 9562), which sort by the time of their making.
enum JobID {
  /// 48 bits of milliseconds, 12 of the millisecond's fraction, 62 random ones.
  static func make(at now: Date) -> String {
    let time = now.timeIntervalSince1970 * 1000
    let fraction = UInt64((time - time.rounded(.down)) * 4096)
    let high = UInt64(time) << 16 | 0x7000 | min(fraction, 4095)
    let low = UInt64.random(in: 0...UInt64.max) >> 2 | 1 << 63
    let digits = Self.digits(high) + Self.digits(low)
    var id = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { id.append("-") }
      id.append(digit)
    }
    return id
  }

  /// 128 random bits, in hexadecimal.
  static func makeLease() -> String {
    digits(UInt64.random(in: 0...UInt64.max)) + digits(UInt64.random(in: 0...UInt64.max))
  }

  private static func digits(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
