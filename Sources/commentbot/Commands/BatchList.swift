import ArgumentParser
import CommentCore

struct BatchList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the batches, the newest first.")

  @Option(help: "How many at the most, up to 1000.")
  var limit = 50

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object a batch, one line each.")
  var json = false

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit must lie between 1 and 1000.") }
  }

  func run() async throws {
    let batches = try await desk.desk().batches(limit: limit)
    for batch in batches { Console.out(json ? try JSONLine.of(batch) : JobText.line(batch)) }
    if batches.isEmpty, !json { Console.error("there are no batches: commentbot batch submit FILES") }
  }
}
