import ArgumentParser
import CommentCore

struct BatchRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Take up again what of a batch has failed or was cancelled.")

  @Argument(help: "The batch's id.")
  var batch: String

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let outcome = try await desk.desk().retryBatch(batch)
    Console.out(json ? try JSONLine.of(outcome) : JobText.line(outcome.batch))
    if !json { Console.error("\(CountText.of(outcome.changed, "job")) changed") }
  }
}
