import ArgumentParser
import CommentCore
import Foundation

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a recording's comments, and its transcript on request.")

  @OptionGroup var named: RecordingArgument

  @Flag(help: "Print the transcript too.")
  var transcript = false

  @Flag(
    name: TranscriptionFlags.both("keep_unproven"),
    help: "Show comments too whose quotes are not in the transcript, marked.")
  var keepUnproven = false

  @Flag(help: "Print one JSON object, as `process --json` does.")
  var json = false

  func run() async throws {
    let library = try await Composition.existingLibrary()
    let recording = try await library.recording(matching: named.id)
    let stored = try await library.finishedTranscript(of: recording, toDo: "show")
    let transcript = stored.transcript
    let outcome = ProcessOutcome(
      recording: recording, folder: ResultFolder(named: stored.folder, in: Home.locate().transcripts).url.path,
      transcript: transcript, comments: try await library.comments(ofTranscript: transcript.key),
      report: ProcessReport(reusing: transcript))
    if json { return Console.out(try ProcessJSON(outcome, showsUnproven: keepUnproven).line) }
    let text = ProcessText(
      recording: recording, folder: outcome.folder, transcript: transcript, comments: outcome.comments,
      showsUnproven: keepUnproven)
    Console.out(text.text)
    if self.transcript, !outcome.comments.isEmpty {
      Console.out("\n" + WrappedText.forTerminal(text.transcriptLines).joined(separator: "\n"))
    }
  }
}
