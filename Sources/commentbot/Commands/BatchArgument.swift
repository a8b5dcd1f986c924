import ArgumentParser
import CommentCore

/// The batch that a command looks at or changes.
struct BatchArgument: ParsableArguments {
  @Argument(help: "The batch's id.")
  var batch: String

  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object.")
  var json = false

  func show() async throws {
    let batch = try await desk.desk().batch(batch)
    Console.out(json ? try JSONLine.of(batch) : JobText.line(batch))
  }

  func change(_ change: (any JobDesk, String) async throws -> BatchChange.Outcome) async throws {
    let outcome = try await change(desk.desk(), batch)
    Console.out(json ? try JSONLine.of(outcome) : JobText.line(outcome.batch))
    if !json { Console.error("\(CountText.of(outcome.changed, "job")) changed") }
  }
}
