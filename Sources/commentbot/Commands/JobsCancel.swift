import ArgumentParser
import CommentCore

struct JobsCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel jobs: queued ones at once, running ones as soon as they can stop.")

  @OptionGroup var arguments: JobArguments

  func run() async throws {
    try await arguments.each { desk, id in
      let job = try await desk.cancel(id)
      if job.state.isFinal, job.state != .cancelled { Console.error("\(id) had come to its end before") }
      return job
    }
  }
}
