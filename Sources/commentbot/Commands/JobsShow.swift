import ArgumentParser
import CommentCore

struct JobsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a job with its attempts and their errors.")

  @Argument(help: "The job's id.")
  var job: String

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let job = try await desk.desk().job(job)
    Console.out(json ? try JSONLine.of(job) : JobText.whole(job))
  }
}
