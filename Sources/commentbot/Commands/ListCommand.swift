import ArgumentParser
import CommentCore
import Foundation

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the recordings, newest first.")

  @Flag(help: "Print one JSON object a recording, one line each.")
  var json = false

  func run() async throws {
    let home = Home.locate()
    let recordings = try await Composition.libraryIfAny(at: home)?.recordings() ?? []
    if json {
      for recording in recordings { Console.out(try JSONLine.of(RecordingLine(recording))) }
      return
    }
    if recordings.isEmpty {
      return Console.error("nothing yet in \(home.root.path); begin with: commentbot process FILE")
    }
    Console.out(Self.line(id: "id", length: "length", language: "language", name: "name"))
    for recording in recordings {
      Console.out(
        Self.line(
          id: recording.id, length: ClockText.of(recording.duration), language: recording.spokenLanguage ?? "--",
          name: Console.safe(recording.name) + (recording.folder == nil ? "  (not finished)" : "")))
    }
  }

  private static func line(id: String, length: String, language: String, name: String) -> String {
    func spaces(_ width: Int, _ text: String) -> String { String(repeating: " ", count: max(0, width - text.count)) }
    return "\(id)\(spaces(12, id))  \(spaces(8, length))\(length)  \(language)\(spaces(8, language))  \(name)"
  }
}
