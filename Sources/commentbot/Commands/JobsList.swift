public import ArgumentParser
public import CommentCore
import Foundation

struct JobsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the jobs, the newest first.")

  @Option(help: "Only those in this state: \(Job.State.allCases.map(\.rawValue).joined(separator: ", ")).")
  var state: [Job.State] = []

  @Option(help: "Only those of this batch.")
  var batch: String?

  @Option(help: "How many at the most.")
  var limit = 50

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object a job, one line each.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be above 0.") }
  }

  func run() async throws {
    let desk = try await desk.desk()
    var (left, query) = (limit, JobQuery(states: state, batch: batch))
    while left > 0 {
      query.limit = min(left, 999)
      let page = try await desk.jobs(query)
      for job in page.jobs { Console.out(json ? try JSONLine.of(job) : JobText.line(job)) }
      if page.jobs.isEmpty, query.cursor == nil, !json { Console.error("there are no such jobs") }
      left -= page.jobs.count
      guard let next = page.next else { break }
      query.cursor = next
    }
  }
}

extension Job.State: ExpressibleByArgument {}
