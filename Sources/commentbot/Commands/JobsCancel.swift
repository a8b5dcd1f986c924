import ArgumentParser
import CommentCore

struct JobsCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel jobs: queued ones at once, running ones as soon as they can stop.")

  @Argument(help: "The jobs' ids.")
  var jobs: [String]

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object a job, one line each.")
  var json = false

  func run() async throws {
    let desk = try await desk.desk()
    for id in jobs {
      let job = try await desk.cancel(id)
      Console.out(json ? try JSONLine.of(job) : JobText.line(job.summary))
    }
  }
}
