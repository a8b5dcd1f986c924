import CommentCore

/// A question to one recording, or to all of them.
struct Inquiry: Sendable {
  let question: String
  /// What is read.
  let passages: [Passage]
  /// Of most of it, as an ISO 639-1 code.
  let language: String

  /// To the passages of a whole library that have most in common with it.
  /// - Parameter owner: nil reads the recordings of all.
  /// - Throws: ``CommentBotError`` with code `notFound` when no transcript has any word of it.
  init(_ question: String, to library: Library, owner: String? = nil) async throws {
    let passages = try await library.passages(about: question, owner: owner)
    let languages = Dictionary(grouping: passages.compactMap(\.segment.language)) { $0 }
    self.init(question, passages, languages.max { $0.value.count < $1.value.count }?.key ?? "en")
    try requireWords(else: "no transcript has any word of it", hint: "commentbot search WORDS")
  }

  /// To one recording, which is read whole.
  /// - Throws: ``CommentBotError`` with code `notFound` when nobody speaks in it.
  init(_ question: String, to recording: Recording, _ transcript: Transcript) throws {
    let passages = transcript.segments.map {
      Passage(recording: recording.sha256, name: recording.name, segment: $0)
    }
    self.init(question, passages, transcript.options.task == .translate ? "en" : transcript.language)
    try requireWords(else: "nobody speaks in this recording", hint: "commentbot show \(recording.id)")
  }

  private init(_ question: String, _ passages: [Passage], _ language: String) {
    (self.question, self.passages, self.language) = (question, passages, language)
  }

  private func requireWords(else cause: String, hint: String) throws {
    guard passages.isEmpty else { return }
    throw CommentBotError(.notFound, "answer", question.shellQuoted, cause: cause, hint: hint)
  }

  /// - Parameters:
  ///   - planned: who answers; nil takes the sentences that have most in common with the question.
  ///   - onEvent: told as it is read and written; what a weak model writes is not shown, not even in passing.
  func answer(
    by planned: PlannedLanguageModel?, options: CommentaryOptions,
    onEvent: @escaping @Sendable (CommentaryEvent) -> Void = { _ in }
  ) async throws -> Answer {
    let model = try await planned?.load(passages.map { "[000] \($0.name): \($0.segment.text)\n" }.joined())
    let isWeak = model?.isWeak ?? true
    do {
      let answer = try await Questioner(model: model, options: options).answer(
        question, from: passages, language: language
      ) { event in
        if isWeak, case .text = event { return }
        onEvent(event)
      }
      await model?.settle()
      await model?.release()
      return answer
    } catch {
      await model?.release()
      throw error
    }
  }
}
