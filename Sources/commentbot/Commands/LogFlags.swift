import ArgumentParser
import Logging

/// What a command that runs for long logs. Optional without defaults, so that the settings stay visible underneath.
struct LogFlags: ParsableArguments {
  @Option(
    name: TranscriptionFlags.both("log_level"),
    help: "trace, debug, info, notice, warning, error or critical; info when absent.",
    transform: level)
  var logLevel: Logger.Level?

  @Option(
    name: TranscriptionFlags.both("log_format"),
    help: "human, json, or auto: human on a terminal, else one JSON object a line.")
  var logFormat: LogSettings.Format?

  private static func level(_ text: String) throws -> Logger.Level {
    if let level = Logger.Level(rawValue: text) { return level }
    throw ValidationError("There is no level '\(text)'.")
  }

  /// The flags win.
  func settings(over settings: LogSettings) -> LogSettings {
    var settings = settings
    settings.level = logLevel ?? settings.level
    settings.format = logFormat ?? settings.format
    return settings
  }
}

extension LogSettings.Format: ExpressibleByArgument {}
