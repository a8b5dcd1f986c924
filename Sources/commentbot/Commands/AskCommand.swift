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
    let (passages, language) = try await passages(for: question, in: composition.library)
    if passages.isEmpty {
      throw CommentBotError(
        .notFound, "answer", question.shellQuoted,
        cause: all ? "no transcript has any word of it" : "nobody speaks in this recording",
        hint: all ? "commentbot search WORDS" : "commentbot show \(words[0].shellQuoted)")
    }
    let reporter = ProgressReporter(file: "ask")
    defer { reporter.finish() }
    reporter.handle(.stage(.comment, detail: "ask"))
    let writer = try await composition.languageModel()?.load(
      passages.map { "[000] \($0.name): \($0.segment.text)\n" }.joined())
    let isWeak = writer?.isWeak ?? true
    let answer: Answer
    do {
      answer = try await Questioner(model: writer, options: options).answer(
        question, from: passages, language: language
      ) { event in
        switch event {
        case .reading(_, let done, let total):
          reporter.handle(.progress(.comment, done: Double(done), total: Double(total)))
        case .text(let text) where !isWeak: reporter.handle(.writing(kind: nil, text: text))
        default: break
        }
      }
    } catch {
      await writer?.release()
      throw error
    }
    await writer?.settle()
    await writer?.release()
    reporter.finish()
    let text = AnswerText(answer, isOfSeveral: all, showsUnproven: keepUnproven)
    Console.out(json ? try JSONLine.of(text.json) : text.text)
  }

  /// What is read, and the language of most of it.
  private func passages(for question: String, in library: Library) async throws -> ([Passage], String) {
    if all {
      let passages = try await library.passages(about: question)
      let languages = Dictionary(grouping: passages.compactMap(\.segment.language)) { $0 }
      return (passages, languages.max { $0.value.count < $1.value.count }?.key ?? "en")
    }
    let recording = try await library.recording(matching: words[0])
    let transcript = try await library.finishedTranscript(of: recording, toDo: "ask about").transcript
    let passages = transcript.segments.map {
      Passage(recording: recording.sha256, name: recording.name, segment: $0)
    }
    return (passages, transcript.options.task == .translate ? "en" : transcript.language)
  }
}
