import ArgumentParser
import CommentCore
import Foundation

struct ModelsVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Hash all models and compare with what was installed.",
    discussion: "Exits with 1 when one is damaged or missing, and says the command that mends it.")

  @Flag(help: "Print only what is wrong.") var quiet = false

  func run() async throws {
    let store = ModelStore.current
    let verdicts = try await Blocking.run { try store.verify() }
    if verdicts.isEmpty {
      Console.out("There are no models in \(store.folder.path).\n  → commentbot models pull")
      throw ExitStatus.someFailed
    }
    for verdict in verdicts {
      switch verdict.state {
      case .intact:
        if !quiet { Console.out("✓ \(verdict.file.name): \(verdict.file.url.path)") }
      case .missing, .damaged:
        Console.out("✗ \(verdict.file.name): \(verdict.file.url.path): \(verdict.cause ?? verdict.state.rawValue)")
        if let hint = verdict.hint { Console.out("  → \(hint)") }
      }
    }
    if verdicts.contains(where: { $0.state != .intact }) { throw ExitStatus.someFailed }
  }
}
