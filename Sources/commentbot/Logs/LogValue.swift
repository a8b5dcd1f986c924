import Foundation
import Logging

/// A value of a log line's metadata; numbers stay numbers.
enum LogValue: Encodable, Equatable {
  case integer(Int)
  case number(Double)
  case text(String)
  case list([LogValue])
  case object([String: LogValue])

  init(_ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): self = .text(text)
    case .stringConvertible(let value as Int): self = .integer(value)
    case .stringConvertible(let value as Double): self = .number(value)
    case .stringConvertible(let value): self = .text("\(value)")
    case .array(let values): self = .list(values.map(LogValue.init))
    case .dictionary(let values): self = .object(values.mapValues(LogValue.init))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    // JSON knows no infinity.
    case .number(let value) where !value.isFinite: try container.encode("\(value)")
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  /// On a line for people.
  var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): text
    case .list(let values): "[\(values.map(\.text).joined(separator: ", "))]"
    case .object(let values):
      "{\(values.sorted { $0.key < $1.key }.map { "\($0): \($1.text)" }.joined(separator: ", "))}"
    }
  }
}
