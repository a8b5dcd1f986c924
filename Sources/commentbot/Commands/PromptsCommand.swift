import ArgumentParser
import CommentCore
import Foundation

struct PromptsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompts",
    abstract: "Show, check and make the kinds of comments.",
    discussion: "Each kind is a file in data/prompts that you can change; one that is not there is as it was shipped.",
    subcommands: [PromptsList.self, PromptsShow.self, PromptsCheck.self, PromptsNew.self],
    defaultSubcommand: PromptsList.self)
}

extension CommentKinds {
  /// The kinds of the installation that the command runs in.
  static var current: CommentKinds { CommentKinds(in: Home.locate().prompts) }
}

struct PromptsList: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the kinds of comments.")

  @Flag(help: "Print one JSON object a kind, one line each.") var json = false

  func run() throws {
    let entries = CommentKinds.current.entries
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      let row = PromptLine(entry, showsPaths: true)
      if json {
        Console.out(try JSONLine.of(row))
      } else {
        let name = Console.safe(entry.name).padding(toLength: width, withPad: " ", startingAt: 0)
        let mark = row.fault != nil ? "✗" : row.isDefault ? "✓" : " "
        Console.out("\(mark) \(name)  \(Console.safe(row.fault ?? row.description ?? ""))")
      }
    }
    if json { return }
    Console.out("✓ written when no --kinds are named. Files: \(Console.safe(CommentKinds.current.folder.path))")
  }
}

struct PromptsShow: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Print the file of a kind.")

  @Argument(help: "A kind's name.") var name: String

  func run() throws {
    let kinds = CommentKinds.current
    // A malformed one is shown too.
    guard let text = try kinds.text(of: name) else {
      _ = try kinds.kind(named: name)
      return
    }
    Console.write(Data(text.utf8))
  }
}

struct PromptsCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check kinds: all of them, or those that are named or given as files.")

  @Argument(help: "Names or files.") var kinds: [String] = []

  func run() throws {
    let catalog = CommentKinds.current
    var failures = 0
    for text in kinds.isEmpty ? catalog.names : kinds {
      do {
        let isFile = text.contains("/") || text.hasSuffix(".md")
        let kind = try isFile ? CommentKinds.check(URL(filePath: text)) : catalog.kind(named: text)
        Console.out("✓ \(kind.name): \(Console.safe(kind.title))")
      } catch let error as CommentBotError {
        failures += 1
        Console.error("✗ \(error)")
      }
    }
    if failures > 0 { throw ExitStatus.someFailed }
  }
}

struct PromptsNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make the file of a new kind, or of a shipped one, to change it.")

  @Argument(help: "The kind's name: lower-case letters, digits and hyphens.") var name: String

  func run() throws {
    let file = try CommentKinds.current.make(name)
    Console.out("\(file.path)\nEdit it, then: commentbot prompts check \(name)")
  }
}
