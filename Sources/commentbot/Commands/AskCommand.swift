import ArgumentParser
import CommentCore
import Foundation

struct AskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask",
    abstract: "Answer a question from one recording, or with --all from the whole library.",
    discussion: "One recording is read whole. With --all, the passages that have most in common with the question are.")

  @Argument(help: "The recording as for `show`, then the question; with --all the question only.")
  var words: [String]

  @Flag(help: "Answer from all recordings.") var all = false
  @Flag(help: "Print one JSON object.") var json = false

  @Option(
    name: TranscriptionFlags.both("comment_language"),
    help: "Language of the answer: a code or an English name. Without it, that of the recording.")
  var commentLanguage: String?

  @Flag(
    name: TranscriptionFlags.both("keep_unproven"),
    help: "Show statements too whose quotes are not in the transcript, marked.")
  var keepUnproven = false

  @OptionGroup(title: "Language model") var model: LanguageModelFlags

  func validate() throws {
    if !all, words.count < 2 { throw ValidationError("Name a recording and ask a question, or add --all.") }
  }

  func run() async throws {
    let question = (all ? words : Array(words.dropFirst())).joined(separator: " ")
    let options = try CommentaryOptions(language: commentLanguage)
    let composition = try await Composition.existing(model: model)
    let inquiry = try await inquiry(question, in: composition.library)
    let reporter = ProgressReporter(file: "ask")
    defer { reporter.finish() }
    reporter.handle(.stage(.comment, detail: "ask"))
    let answer = try await inquiry.answer(by: try await composition.languageModel(), options: options) { event in
      switch event {
      case .reading(_, let done, let total):
        reporter.handle(.progress(.comment, done: Double(done), total: Double(total)))
      case .text(let text): reporter.handle(.writing(kind: nil, text: text))
      default: break
      }
    }
    reporter.finish(isDone: true)
    let text = AnswerText(answer, isOfSeveral: all, showsUnproven: keepUnproven)
    Console.out(json ? try JSONLine.of(text.json) : text.text)
  }

  private func inquiry(_ question: String, in library: Library) async throws -> Inquiry {
    if all { return try await Inquiry(question, to: library) }
    let recording = try await library.recording(matching: words[0])
    let transcript = try await library.finishedTranscript(of: recording, toDo: "ask about").transcript
    return try Inquiry(question, to: recording, transcript)
  }
}
