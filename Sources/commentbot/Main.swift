import ArgumentParser
import CommentCore
import Foundation

/// Runs a command; the only place where an error becomes text and an exit status.
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
      let text = CommentBot.fullMessage(for: error)
      let status = CommentBot.exitCode(for: error)
      if let first = arguments.first, !first.hasPrefix("-"), FileManager.default.fileExists(atPath: first) {
        Console.error("\(Console.safe(first)) is a file. To transcribe it: commentbot process \(Console.safe(first))\n")
      }
      if status.isSuccess { Console.out(text) } else { Console.error(text) }
      return status.rawValue
    }
  }
}
