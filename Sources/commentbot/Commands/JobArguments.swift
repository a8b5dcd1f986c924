import ArgumentParser
import CommentCore

/// Jobs that a command changes, one after the other.
struct JobArguments: ParsableArguments {
  @Argument(help: "The jobs' ids.")
  var jobs: [String]

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object a job, one line each.")
  var json = false

  func each(_ change: (any JobDesk, String) async throws -> JobView) async throws {
    let desk = try await desk.desk()
    for id in jobs {
      let job = try await change(desk, id)
      Console.out(json ? try JSONLine.of(job) : JobText.line(job.summary))
    }
  }
}
