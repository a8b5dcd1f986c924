import ArgumentParser
import CommentCore
import Foundation

/// Runs a command and makes of what it throws a text and an exit status.
@main
enum Main {
  static func main() async {
    let task = Task { await run(Array(CommandLine.arguments.dropFirst())) }
    let interrupts = Interrupts { task.cancel() }
    let status = await task.value
    interrupts.stop()
    ExitStatus.end(ExitCode(status))
  }

  static func run(_ arguments: [String]) async -> Int32 {
    do {
      var command = try CommentBot.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return 0
    } catch let error as CommentBotError {
      Console.error("\(error)")
      return ExitStatus.of(error).rawValue
    } catch is CancellationError {
      return ExitStatus.cancelled.rawValue
    } catch let status as ExitCode {
      return status.rawValue
    } catch {
      if let advice = advice(on: arguments) {
        Console.error(advice)
        return ExitCode.validationFailure.rawValue
      }
      let text = CommentBot.fullMessage(for: error)
      let status = CommentBot.exitCode(for: error)
      if status.isSuccess { Console.out(text) } else { Console.error(text) }
      return status.rawValue
    }
  }

  /// What was most likely meant where the first word is no command; nil when it is one.
  private static func advice(on arguments: [String]) -> String? {
    let commands = CommentBot.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let first = words.first, !first.hasPrefix("-"), !commands.contains(first) else { return nil }
    let word = Console.safe(first)
    if FileManager.default.fileExists(atPath: first) {
      return "\(word) is a file. To transcribe it: commentbot process \(word)"
    }
    let likeliest = commands.max { $0.commonPrefix(with: first).count < $1.commonPrefix(with: first).count }
    let meant = likeliest.flatMap { $0.commonPrefix(with: first).count > 2 ? "commentbot \($0)" : nil }
    return "there is no command \(word). " + (meant.map { "Did you mean: \($0)" } ?? "All commands: commentbot help")
  }
}
