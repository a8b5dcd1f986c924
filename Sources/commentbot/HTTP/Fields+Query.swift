import Foundation
import HTTPTypes

extension Fields {
  /// - Throws: ``ServiceFailure`` with status 400.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = self[name] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw ServiceFailure(
        .badRequest, "'\(text)' is no whole number from \(range.lowerBound) to \(range.upperBound)", param: name,
        code: "malformed_parameter")
    }
    return value
  }

  /// A day, or a time with its zone.
  /// - Throws: ``ServiceFailure`` with status 400.
  func date(_ name: String) throws -> Date? {
    guard let text = self[name] else { return nil }
    let date =
      (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: .iso8601.year().month().day()))
    // Others have no milliseconds that fit.
    guard let date, abs(date.timeIntervalSince1970) < 1e11 else {
      throw ServiceFailure(
        .badRequest, "'\(text)' is no time such as 2026-01-31 or 2026-01-31T10:00:00Z", param: name,
        code: "malformed_parameter")
    }
    return date
  }
}
