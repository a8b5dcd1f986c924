import ArgumentParser
import Foundation
import Logging

/// The log of a command that runs for long: lines on stderr, for people on a terminal, else JSON.
struct ServiceLog: LogHandler {
  /// Names of Hummingbird's for what has one of our own.
  private static let names = ["hb.request.id": "request_id"]

  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let service: String
  private let environment: String
  private let isJSON: Bool
  private let now: @Sendable () -> Date
  private let write: @Sendable (String) -> Void

  init(
    service: String, settings: LogSettings, isTerminal: Bool = Console.isErrorTerminal,
    now: @escaping @Sendable () -> Date = { Date() },
    write: @escaping @Sendable (String) -> Void = { Console.errorPart($0) }
  ) {
    self.service = service
    logLevel = settings.level
    environment = settings.environment
    isJSON = settings.format == .auto ? !isTerminal : settings.format == .json
    self.now = now
    self.write = write
  }

  /// Sets up the log of this process, once.
  static func start(_ service: String, _ settings: LogSettings) -> Logger {
    LoggingSystem.bootstrap { _ in ServiceLog(service: service, settings: settings) }
    return Logger(label: service)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var facts = metadata
    facts.merge(metadataProvider?.get() ?? [:]) { $1 }
    facts.merge(event.metadata ?? [:]) { $1 }
    if let error = event.error { facts["error"] = .string("\(error)") }
    let values = facts.map { key, value in (Self.names[key] ?? key, LogValue(value)) }
    let record = LogRecord(
      timestamp: now(), level: event.level, service: service, version: CommentBot.configuration.version,
      environment: environment, message: "\(event.message)", metadata: Dictionary(values) { $1 },
      context: LogRecord.Context(function: event.function, file: event.file, line: Int(event.line)))
    write((isJSON ? record.json : record.human()) + "\n")
  }
}
