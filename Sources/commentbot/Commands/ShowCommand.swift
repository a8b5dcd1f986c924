import ArgumentParser
import CommentCore
import Foundation

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a recording's comments, and its transcript on request.")

  @OptionGroup var named: RecordingArgument

  @Flag(help: "Print the transcript too.")
  var transcript = false

  @Flag(help: "Print one JSON object, as `process --json` does.")
  var json = false

  func run() async throws {
    let library = try await Composition.existingLibrary()
    let recording = try await library.recording(matching: named.id)
    guard let stored = try await library.latestTranscript(of: recording.sha256) else {
      throw CommentBotError(
        .notFound, "show", recording.name, cause: "its transcript is not finished",
        hint: "commentbot process \(recording.path.shellQuoted)")
    }
    let transcript = stored.transcript
    let outcome = ProcessOutcome(
      recording: recording, folder: ResultFolder(named: stored.folder, in: Home.locate().transcripts).url.path,
      transcript: transcript, comments: try await library.comments(ofTranscript: transcript.key),
      report: ProcessReport(reusing: transcript))
    if json { return Console.out(try ProcessJSON(outcome).line) }
    let text = ProcessText(
      recording: recording, folder: outcome.folder, transcript: transcript, comments: outcome.comments)
    Console.out(text.text)
    if self.transcript, !outcome.comments.isEmpty {
      Console.out("\n" + text.transcriptLines.joined(separator: "\n"))
    }
  }
}
