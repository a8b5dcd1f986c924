import ArgumentParser
import CommentCore
import Foundation

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the recordings, newest first.")

  @Flag(help: "Print one JSON object a recording, one line each.")
  var json = false

  /// A line of `--json`.
  private struct Row: Encodable {
    var id: String
    var sha256: String
    var name: String
    var duration: Double
    var language: String?
    var kinds: [String]
    var created: Date

    init(_ summary: RecordingSummary) {
      (id, sha256, name) = (summary.id, summary.sha256, summary.name)
      (duration, language, kinds, created) = (
        summary.duration, summary.spokenLanguage, summary.kinds, summary.created
      )
    }
  }

  func run() async throws {
    let home = Home.locate()
    let recordings = try await Composition.libraryIfAny(at: home)?.recordings() ?? []
    if json {
      for recording in recordings { Console.out(try JSONText.line(Row(recording))) }
      return
    }
    if recordings.isEmpty {
      return Console.error("nothing yet in \(home.root.path); begin with: commentbot process FILE")
    }
    for recording in recordings {
      let length = String(repeating: " ", count: max(0, 8 - ClockText.of(recording.duration).count))
      Console.out(
        "\(recording.id)  \(length)\(ClockText.of(recording.duration))  \(recording.spokenLanguage ?? "--")  "
          + "\(Console.safe(recording.name))\(recording.folder == nil ? "  (not finished)" : "")")
    }
  }
}

extension RecordingSummary {
  /// nil where nobody speaks too.
  fileprivate var spokenLanguage: String? { language.flatMap { $0.isEmpty ? nil : $0 } }
}
