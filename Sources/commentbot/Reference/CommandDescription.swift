import ArgumentParser
import Foundation

/// A command as ArgumentParser describes it; the manual page and `data/doc/CLI.md` are written from it.
struct CommandDescription: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String

      var text: String { (kind == "long" ? "--" : "-") + name }
    }
    /// `positional`, `option` or `flag`.
    var kind: String
    var shouldDisplay: Bool
    var sectionTitle: String?
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var defaultValue: String?
    var allValues: [String]?
    var abstract: String?

    /// As it is typed. Names with underscores, which openai-whisper's options have, are left out.
    var spellings: [String] {
      let all = (names ?? []).map(\.text)
      let plain = all.filter { !$0.contains("_") }
      return plain.isEmpty ? all : plain
    }

    var value: String? {
      kind == "flag" ? nil : valueName.map { $0.replacing("_", with: "-") }
    }

    /// What it means, with its values and its default.
    var meaning: String {
      let values = allValues.map { "One of \($0.joined(separator: ", "))." }
      let standard = kind == "flag" ? nil : defaultValue.map { "Default: \($0)." }
      return [abstract, values, standard].compactMap { $0 }.joined(separator: " ")
    }
  }

  private var superCommands: [String]?
  private var commandName: String
  var abstract: String?
  var discussion: String?
  private var subcommands: [CommandDescription]?
  private var arguments: [Argument]?

  /// With the commands above it, such as `commentbot models pull`.
  var name: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }
  var positionals: [Argument] { shown.filter { $0.kind == "positional" } }

  /// The options and flags by their sections, in their order; the first section has no title.
  var sections: [(title: String?, options: [Argument])] {
    shown.filter { $0.kind != "positional" }.reduce(into: []) { sections, option in
      if let index = sections.firstIndex(where: { $0.title == option.sectionTitle }) {
        sections[index].options.append(option)
      } else {
        sections.append((option.sectionTitle, [option]))
      }
    }
  }

  /// Such as `[<files> ...]`.
  var usage: [String] {
    positionals.map { argument in
      let word = "<\(argument.value ?? "value")>" + (argument.isRepeating ? " ..." : "")
      return argument.isOptional ? "[\(word)]" : word
    }
  }

  /// Without `--help` and `--version`, which all have.
  private var shown: [Argument] {
    (arguments ?? []).filter { argument in
      argument.shouldDisplay && !argument.spellings.contains { ["--help", "--version"].contains($0) }
    }
  }

  /// All commands there are, those below another one behind it.
  static func all() throws -> [CommandDescription] {
    struct Tool: Decodable { var command: CommandDescription }
    let tool = try JSONDecoder().decode(Tool.self, from: Data(CommentBot._dumpHelp().utf8))
    return (tool.command.subcommands ?? []).flatMap(\.andBelow)
  }

  private var andBelow: [CommandDescription] {
    commandName == "help" ? [] : [self] + (subcommands ?? []).flatMap(\.andBelow)
  }
}
