import Foundation
import Logging

/// One line of the log.
struct LogRecord: Encodable {
  /// Where in the code it was said.
  struct Context: Encodable, Equatable {
    var function, file: String
    var line: Int
  }

  var timestamp: Date
  var level: Logger.Level
  /// The command that runs.
  var service: String
  var version: String
  /// Which installation it is.
  var environment: String
  var message: String
  /// `request_id`, `job_id`, `user_id`, `duration_ms`, `ip_address` where they are known, and what else belongs to it.
  var metadata: [String: LogValue]
  var context: Context

  private enum CodingKeys: String, CodingKey {
    case timestamp = "@timestamp"
    case level, service, version, environment, message, metadata, context
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(timestamp.formatted(Self.time), forKey: .timestamp)
    try container.encode(level.rawValue, forKey: .level)
    try container.encode(service, forKey: .service)
    try container.encode(version, forKey: .version)
    try container.encode(environment, forKey: .environment)
    try container.encode(message, forKey: .message)
    try container.encode(metadata, forKey: .metadata)
    try container.encode(context, forKey: .context)
  }

  private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// For programs.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, finite numbers and dates always encode.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// For people; without control characters, whatever was said.
  func human(in zone: TimeZone = .current) -> String {
    let clock = timestamp.formatted(
      Date.VerbatimFormatStyle(
        format: """
          \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)
          """, timeZone: zone, calendar: Calendar(identifier: .gregorian)))
    let facts = metadata.sorted { $0.key < $1.key }.map { " \($0)=\($1.text)" }.joined()
    return Console.safe("\(clock) \(level.rawValue) \(message)\(facts.isEmpty ? "" : " " + facts)")
  }
}
