import ArgumentParser

/// The commands in Markdown: `data/doc/CLI.md`.
enum CommandReference {
  static func text() throws -> String {
    let commands = try CommandDescription.all()
    let list = commands.map { "- [`\($0.name)`](#\(anchor($0.name))): \(cell($0.abstract ?? ""))" }
    let statuses = ExitStatus.meanings.map { "| \($0.status.rawValue) | \($0.meaning) |" }
    return """
      # Commands of CommentBot

      Written by `commentbot man --markdown`. Every command has `--help`; options with hyphens take underscores too.

      \(list.joined(separator: "\n"))

      ## Exit statuses

      | status | means |
      |---|---|
      \(statuses.joined(separator: "\n"))

      \(commands.map(section).joined(separator: "\n\n"))

      """
  }

  private static func section(_ command: CommandDescription) -> String {
    var parts = ["## \(command.name)"]
    if let abstract = command.abstract { parts.append(abstract) }
    let options = command.sections.isEmpty ? [] : ["[options]"]
    parts.append("    " + ([command.name] + command.usage + options).joined(separator: " "))
    if let discussion = command.discussion { parts.append(discussion) }
    if !command.positionals.isEmpty {
      parts.append(table("argument", command.positionals.map { ("`<\($0.value ?? "value")>`", $0.meaning) }))
    }
    for (title, options) in command.sections {
      if let title { parts.append("**\(title)**") }
      parts.append(table("option", options.map { (name($0), $0.meaning) }))
    }
    return parts.joined(separator: "\n\n")
  }

  private static func name(_ option: CommandDescription.Argument) -> String {
    option.spellings.map { "`\($0)\(option.value.map { " <\($0)>" } ?? "")`" }.joined(separator: ", ")
  }

  private static func table(_ title: String, _ rows: [(String, String)]) -> String {
    (["| \(title) | means |", "|---|---|"] + rows.map { "| \($0) | \(cell($1)) |" }).joined(separator: "\n")
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }

  /// As GitHub makes it of a heading.
  private static func anchor(_ heading: String) -> String { heading.replacing(" ", with: "-") }
}
