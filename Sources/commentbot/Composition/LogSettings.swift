import CommentCore
import Configuration
import Foundation
import Logging

/// What is logged, and how.
struct LogSettings: Sendable, Equatable {
  enum Format: String, Sendable, CaseIterable {
    /// For people on a terminal, else JSON.
    case auto
    case human
    case json
  }

  /// `log.level`.
  var level = Logger.Level.info
  /// `log.format`.
  var format = Format.auto
  /// `environment`: which installation it is, in JSON lines.
  var environment = "production"

  init() {}

  /// - Throws: ``CommentBotError`` with code `configuration`; what the reader throws when a value is malformed.
  init(reading config: ConfigReader) async throws {
    level = try Self.word(await config.fetchString(forKey: "log.level"), "log.level", Logger.Level.self) ?? level
    format = try Self.word(await config.fetchString(forKey: "log.format"), "log.format", Format.self) ?? format
    environment = try await config.fetchString(forKey: "environment", default: environment)
  }

  private static func word<Word: RawRepresentable & CaseIterable>(
    _ text: String?, _ key: String, _ type: Word.Type
  ) throws -> Word? where Word.RawValue == String {
    guard let text else { return nil }
    if let word = Word(rawValue: text.lowercased()) { return word }
    throw CommentBotError(
      .configuration, "use", "\(key) = \(text)",
      cause: "it is none of \(Word.allCases.map(\.rawValue).joined(separator: ", "))",
      hint: "export COMMENTBOT_\(key.uppercased().replacing(".", with: "_"))=\(Word.allCases.first?.rawValue ?? "")")
  }
}

extension LogSettings {
  /// What a service says besides its log: where every line is to be JSON, a line of the log.
  func say(_ text: String, _ logger: Logger, otherwise print: (String) -> Void) {
    if format == .json {
      logger.notice("\(text)")
    } else {
      print(text)
    }
  }
}
