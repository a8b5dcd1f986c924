import ArgumentParser
import CommentCore
import Foundation

struct CommentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "comment",
    abstract: "Write comments on a recording that is transcribed already.",
    discussion: "What is there by the same model and prompt stays. The old comments stay until the new ones are whole.")

  @OptionGroup var named: RecordingArgument
  @OptionGroup(title: "Comments") var comments: CommentFlags

  @Flag(help: "Write them anew even if nothing has changed.") var force = false
  @Flag(help: "Print one JSON object, as `process --json` does.") var json = false

  func run() async throws {
    let plan = try comments.plan()
    let composition = try await Composition.existing(model: comments.model)
    let library = composition.library
    let recording = try await library.recording(matching: named.id)
    let stored = try await library.finishedTranscript(of: recording, toDo: "comment on")
    let folder = ResultFolder(named: stored.folder, in: composition.home.transcripts)
    let stage = CommentStage(library: library, languageModel: composition.languageModel)
    let reporter = ProgressReporter(file: recording.name)
    let written: [Comment]
    let failure: CommentBotError?
    do {
      (written, failure) = try await stage.comment(
        on: stored.transcript, of: recording, as: plan, to: folder, isForced: force
      ) { reporter.handle($0) }
      reporter.finish(isDone: failure == nil)
    } catch  where CommentBotError.isCancellation(error) {
      reporter.finish()
      throw CommentBotError(
        .cancelled, "comment on", recording.name, cause: "you stopped it; the answers so far are kept",
        hint: "the same command goes on where this one stopped")
    }
    let outcome = ProcessOutcome(
      recording: recording, folder: folder.url.path, transcript: stored.transcript, comments: written,
      report: ProcessReport(reusing: stored.transcript), commentFailure: failure)
    if json {
      Console.out(try ProcessJSON(outcome, showsUnproven: comments.keepUnproven).line)
    } else {
      let text = ProcessText(
        recording: recording, folder: outcome.folder, transcript: stored.transcript, comments: written,
        showsUnproven: comments.keepUnproven)
      Console.out(text.text)
    }
    if let failure { throw failure }
  }
}

extension Library {
  /// The newest transcript of the recording.
  /// - Parameter operation: what is to be done with it, for the error.
  /// - Throws: ``CommentBotError`` with code `notFound` when there is none.
  func finishedTranscript(of recording: Recording, toDo operation: String) async throws -> StoredTranscript {
    if let stored = try await latestTranscript(of: recording.sha256) { return stored }
    throw CommentBotError(
      .notFound, operation, recording.name, cause: "its transcript is not finished",
      hint: "commentbot process \(recording.path.shellQuoted)")
  }
}
