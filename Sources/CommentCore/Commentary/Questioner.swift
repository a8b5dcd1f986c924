/// Answers questions from transcripts, with the same proof as comments have.
public struct Questioner: Sendable {
  private let model: (any LanguageModel)?
  private let options: CommentaryOptions

  /// Characters of a question: it takes the room of the transcript.
  public static let longestQuestion = 400

  /// - Parameter model: nil answers with the sentences that have most in common with the question.
  public init(model: (any LanguageModel)?, options: CommentaryOptions = .none) {
    self.model = model
    self.options = options
  }

  /// Reads all passages, and says what they say to the question.
  /// - Parameter language: of most of them, as an ISO 639-1 code.
  /// - Throws: ``CommentBotError`` with code `usage` for a question that is empty or longer than ``longestQuestion``,
  ///   and what ``Commentator`` throws.
  public func answer(
    _ question: String, from passages: [Passage], language: String,
    onEvent: @escaping @Sendable (CommentaryEvent) -> Void = { _ in }
  ) async throws -> Answer {
    let question = CommentaryText.cleaned(question)
    guard question.contains(where: { $0.isLetter || $0.isNumber }), question.count <= Self.longestQuestion else {
      throw CommentBotError(
        .usage, "answer", "the question",
        cause: question.isEmpty ? "it is empty" : "it has \(question.count) characters",
        hint: "ask in one sentence of at most \(Self.longestQuestion) characters")
    }
    let (transcript, places) = Self.transcript(of: passages, language: language)
    var answer = Answer(
      items: [], unproven: [], method: .extractive, model: model?.identity.model ?? Commentator.extraction.model,
      engine: model?.identity.engine ?? Commentator.extraction.engine, coverage: 1, passages: passages.count)
    func sourced(_ item: CommentItem) -> Answer.Item {
      Answer.Item(item: item, sources: item.citations.compactMap { places[$0.segment] })
    }
    try await Commentator(model: model, options: options).comment(
      on: transcript, kinds: [.answer(to: question)], onEvent: onEvent
    ) { comment in
      (answer.method, answer.coverage) = (comment.method, comment.coverage)
      (answer.items, answer.unproven) = (comment.items.map(sourced), comment.unproven.map(sourced))
    }
    return answer
  }

  /// The passages one after the other, numbered through with a number left out where they did not follow each other;
  /// where they are of several recordings, each says of which.
  private static func transcript(of passages: [Passage], language: String) -> (Transcript, [Int: Passage]) {
    let isMixed = passages.contains { $0.recording != passages[0].recording }
    var places: [Int: Passage] = [:]
    var last: (passage: Passage, number: Int)?
    let segments = passages.map { passage in
      var segment = passage.segment
      let follows = last.map {
        $0.passage.recording == passage.recording && $0.passage.segment.id + 1 == passage.segment.id
      }
      segment.id = last.map { $0.number + (follows == true ? 1 : 2) } ?? 0
      last = (passage, segment.id)
      places[segment.id] = passage
      let speaker = segment.speaker.map { " · \($0)" } ?? ""
      if isMixed { segment.speaker = passage.name + speaker }
      return segment
    }
    let transcript = Transcript(
      key: "", language: language, languageProbability: nil, duration: segments.last?.end ?? 0, engine: "", model: "",
      options: TranscriptionOptions(), segments: segments, dropped: [])
    return (transcript, places)
  }
}

extension CommentKind {
  /// What a question asks for.
  static func answer(to question: String) -> CommentKind {
    // In a template two braces would begin a value.
    let text = question.replacing("{", with: "(").replacing("}", with: ")")
    var kind = CommentKind(
      name: "answer", title: "Answer",
      template: """
        Answer this question from the lines only: \(text)
        Each item is one statement of the answer. If the lines do not answer the question, the list is empty.
        """,
      maxItems: 5, maxItemsPerWindow: 3, combining: .whenTooMany)
    kind.question = question
    return kind
  }
}
