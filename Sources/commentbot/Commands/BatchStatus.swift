import ArgumentParser
import CommentCore

struct BatchStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how many jobs of a batch are in each state.")

  @Argument(help: "The batch's id.")
  var batch: String

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let batch = try await desk.desk().batch(batch)
    Console.out(json ? try JSONLine.of(batch) : JobText.line(batch))
  }
}
