import ArgumentParser
import CommentCore
import Foundation

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Find words in all transcripts.",
    discussion: """
      All words must be there. "Quote several words" for a phrase; end a word with * for its beginnings. \
      OR, AND and NOT are words like any others.
      """)

  @Argument(help: "Words to find.")
  var words: [String]

  @Option(help: "Places to show at the most.")
  var limit = 20

  @Flag(help: "Print one JSON object a place, one line each.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be 1 or more.") }
  }

  func run() async throws {
    // A shell takes the quotes off a phrase: a word with a space in it was one.
    let query = words.map { $0.contains(" ") && !$0.contains("\"") ? "\"\($0)\"" : $0 }.joined(separator: " ")
    let hits = try await Composition.existingLibrary().search(query, limit: limit)
    if json {
      for hit in hits { Console.out(try JSONLine.of(SearchLine(hit))) }
      return
    }
    if hits.isEmpty { return Console.error("no transcript has that") }
    for hit in hits {
      Console.out(
        "\(hit.id)  \(Console.safe(hit.name))  [\(ClockText.of(hit.start))]  "
          + Console.safe((hit.speaker.map { "\($0): " } ?? "") + SearchLine.text(hit.snippet)))
    }
  }
}
