import ArgumentParser
import Foundation

/// The manual page, in the language of mdoc(7).
enum ManualPage {
  /// - Parameter date: of the page.
  static func text(date: Date) throws -> String {
    let commands = try CommandDescription.all()
    let day = date.formatted(
      Date.VerbatimFormatStyle(
        format: "\(month: .wide) \(day: .defaultDigits), \(year: .defaultDigits)", locale: Locale(identifier: "en_US"),
        timeZone: .gmt, calendar: Calendar(identifier: .gregorian)))
    let configuration = CommentBot.configuration
    var lines = [".Dd \(day)", ".Dt COMMENTBOT 1", ".Os"]
    lines += [".Sh NAME", ".Nm commentbot", ".Nd turns audio into a transcript and comments on it"]
    lines += [".Sh SYNOPSIS", ".Nm", ".Ar command", ".Op Ar arguments"]
    lines += [".Sh DESCRIPTION", text(configuration.abstract), text(Self.description)]
    lines += [".Sh COMMANDS"] + commands.flatMap(section)
    lines += [
      ".Sh ENVIRONMENT", text("Each stands for a key of the settings file, which it wins over."), ".Bl -tag -width Ds",
    ]
    lines += item("COMMENTBOT_HOME", "The folder that holds bd/ and data/.", macro: "Ev")
    lines += Setting.all.flatMap { item($0.variables.joined(separator: ", "), $0.meaning, macro: "Ev") }
    lines += [".El", ".Sh FILES", ".Bl -tag -width Ds"]
    lines += item("bd/commentbot/commentbot.sqlite", "The library.", macro: "Pa")
    lines += item("data/config/commentbot.yml", "The settings file, as commentbot config prints it.", macro: "Pa")
    lines += item("data/transcripts", "A folder of files for each recording.", macro: "Pa")
    lines += [".El", ".Sh EXIT STATUS", ".Bl -tag -width Ds"]
    lines += ExitStatus.meanings.flatMap { [".It \($0.status.rawValue)", text($0.meaning)] }
    return (lines + [".El"]).joined(separator: "\n") + "\n"
  }

  private static let description = """
    Every command has --help. Data goes to standard output, words go to standard error. Options with hyphens take underscores \
    too.
    """

  private static func section(_ command: CommandDescription) -> [String] {
    var lines = [".Ss \(text(command.name))", ".Bd -ragged"]
    lines.append(".Nm \(text(command.name.dropFirst("commentbot ".count)))")
    for (argument, usage) in zip(command.positionals, command.usage) {
      let word = text(argument.value ?? "value") + (argument.isRepeating ? " ..." : "")
      lines.append(usage.hasPrefix("[") ? ".Op Ar \(word)" : ".Ar \(word)")
    }
    if !command.sections.isEmpty { lines.append(".Op Ar options") }
    lines += [".Ed", ".Pp"] + [command.abstract, command.discussion].compactMap { $0 }.map(text)
    let options = command.sections.flatMap(\.options)
    if command.positionals.isEmpty, options.isEmpty { return lines }
    lines.append(".Bl -tag -width Ds")
    for argument in command.positionals {
      lines += [".It Ar \(text(argument.value ?? "value"))", text(argument.meaning)]
    }
    for option in options {
      let value = option.value.map { " Ar \(text($0))" } ?? ""
      let names = option.spellings.map { "Fl \(text($0.dropFirst()))\(value)" }
      lines += [".It \(names.joined(separator: " , "))", text(option.meaning)]
    }
    return lines + [".El"]
  }

  private static func item(_ name: String, _ meaning: String, macro: String) -> [String] {
    [".It \(macro) \(text(name).replacing(", ", with: " , "))", text(meaning)]
  }

  /// What would be read as a request is not, hyphens can be copied, and each sentence has a line of its own.
  private static func text(_ text: some StringProtocol) -> String {
    let lines = String(text).replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\n", with: " ")
      .replacing(#/`([^`]+)`/#) { "\\fB\($0.output.1)\\fR" }
      .replacing(#/([.!?])\s+(?=\S)/#) { "\($0.output.1)\n" }
    return lines.split(separator: "\n").map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : String($0) }
      .joined(separator: "\n")
  }
}
