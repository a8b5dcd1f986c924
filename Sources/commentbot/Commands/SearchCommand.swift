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

  /// A line of `--json`; the words found stand between « and ».
  private struct Row: Encodable {
    /// Of the recording.
    var id: String
    var name: String
    var segment: Int
    var start: Double
    var end: Double
    var speaker: String?
    var snippet: String

    init(_ hit: SearchHit) {
      (id, name, segment) = (hit.id, hit.name, hit.segment)
      (start, end, speaker, snippet) = (
        hit.start, hit.end, hit.speaker, SearchCommand.text(hit.snippet).trimmingCharacters(in: .whitespaces)
      )
    }
  }

  private static func text(_ snippet: [SearchHit.Part]) -> String {
    snippet.map { $0.isMatch ? "«\($0.text)»" : $0.text }.joined()
  }

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be 1 or more.") }
  }

  func run() async throws {
    // A shell takes the quotes off a phrase: a word with a space in it was one.
    let query = words.map { $0.contains(" ") && !$0.contains("\"") ? "\"\($0)\"" : $0 }.joined(separator: " ")
    let hits = try await Composition.existingLibrary().search(query, limit: limit)
    if json {
      for hit in hits { Console.out(try JSONLine.of(Row(hit))) }
      return
    }
    if hits.isEmpty { return Console.error("no transcript has that") }
    for hit in hits {
      Console.out(
        "\(hit.id)  \(Console.safe(hit.name))  [\(ClockText.of(hit.start))]  "
          + Console.safe((hit.speaker.map { "\($0): " } ?? "") + Self.text(hit.snippet)))
    }
  }
}
