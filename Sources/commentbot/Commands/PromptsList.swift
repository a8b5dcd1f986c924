import ArgumentParser
import CommentCore
import Foundation

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
