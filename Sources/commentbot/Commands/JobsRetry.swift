import ArgumentParser
import CommentCore

struct JobsRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Take failed or cancelled jobs up again.")

  @Argument(help: "The jobs' ids.")
  var jobs: [String]

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object a job, one line each.")
  var json = false

  func run() async throws {
    let desk = try await desk.desk()
    for id in jobs {
      let job = try await desk.retry(id)
      Console.out(json ? try JSONLine.of(job) : JobText.line(job.summary))
    }
  }
}
