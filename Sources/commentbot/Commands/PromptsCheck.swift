import ArgumentParser
import CommentCore
import Foundation

struct PromptsCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check kinds: all of them, or those that are named or given as files.")

  @Argument(help: "Names or files.", completion: .file()) var kinds: [String] = []

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
