import Foundation

/// Times as people read them.
enum TimeText {
  /// `0.4 s`, `12 s`, `3 min 20 s` or `2 h 5 min`.
  static func span(_ seconds: Double) -> String {
    if seconds < 10 { return "\(decimal(seconds)) s" }
    let total = Int(seconds.rounded())
    if total < 60 { return "\(total) s" }
    if total < 3600 { return total % 60 == 0 ? "\(total / 60) min" : "\(total / 60) min \(total % 60) s" }
    return "\(total / 3600) h \(total / 60 % 60) min"
  }

  /// One digit after the point.
  static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// `1.4 GB`.
  static func bytes(_ count: Int) -> String {
    if count < 1000 { return CountText.of(count, "byte") }
    return ByteCountFormatter.string(fromByteCount: Int64(count), countStyle: .file)
  }
}
