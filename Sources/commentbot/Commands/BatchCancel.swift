import ArgumentParser
import CommentCore

struct BatchCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel what of a batch is queued or running.")

  @Argument(help: "The batch's id.")
  var batch: String

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let outcome = try await desk.desk().cancelBatch(batch)
    Console.out(json ? try JSONLine.of(outcome) : JobText.line(outcome.batch))
    if !json { Console.error("\(CountText.of(outcome.changed, "job")) changed") }
  }
}
