import ArgumentParser
import CommentCore

struct BatchList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the batches, the newest first.")

  @Option(help: "How many at the most.")
  var limit = 50

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object a batch, one line each.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be above 0.") }
  }

  func run() async throws {
    let desk = try await desk.desk()
    var (left, cursor) = (limit, String?.none)
    while left > 0 {
      let page = try await desk.batches(cursor: cursor, limit: min(left, 1000))
      for batch in page.batches { Console.out(json ? try JSONLine.of(batch) : JobText.line(batch)) }
      if page.batches.isEmpty, cursor == nil, !json {
        Console.error("there are no batches: commentbot batch submit FILES")
      }
      left -= page.batches.count
      guard let next = page.next else { break }
      cursor = next
    }
  }
}
