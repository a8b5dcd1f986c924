import Crypto

/// Writes comments on transcripts, each item citing the segments that it rests on, with words from them that prove it.
///
/// The transcript is read whole: in one prompt when it fits into the model's context with room for the answer, else in
/// windows at the borders of segments whose items are then combined. It is data for the model, never instructions.
///
/// Of a weak model only those items are kept whose words were said, with the segments where they were; when none is, or
/// without a model, sentences of the transcript stand in for them, word for word (``Comment/Method/extractive``).
public struct Commentator: Sendable {
  private let model: (any LanguageModel)?
  private let options: CommentaryOptions
  private let clock: any Clock<Duration>

  /// Who writes where there is no model.
  public static let extraction = EngineIdentity(engine: "extraction", model: "none", digest: "1")

  /// - Parameters:
  ///   - model: nil takes sentences of the transcript.
  ///   - clock: measures ``Comment/seconds``.
  public init(
    model: (any LanguageModel)?, options: CommentaryOptions = .none, clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.model = model
    self.options = options
    self.clock = clock
  }

  /// Comments on the whole transcript.
  ///
  /// - Parameters:
  ///   - answers: what an earlier run was told, if anything is kept.
  ///   - onEvent: called in the order of events, one at a time; what it does delays the model.
  ///   - onComment: called with each comment when it is whole. Comments on an empty transcript have no items, and then
  ///     no model is asked.
  /// - Throws: ``CommentBotError`` with code `badReply` when the answers for a kind cannot be used, also when asked
  ///   twice; `contextExceeded` when not even a word fits into the model's context: both after the other kinds were
  ///   finished; `CancellationError`; what the model throws.
  public func comment(
    on transcript: Transcript, kinds: [CommentKind], answers: CommentaryAnswers? = nil,
    onEvent: @escaping @Sendable (CommentaryEvent) -> Void = { _ in },
    onComment: (Comment) async throws -> Void
  ) async throws {
    let pieces = TranscriptPiece.pieces(of: transcript)
    let segments = Dictionary(transcript.segments.map { ($0.id, $0) }) { first, _ in first }
    guard let model, !pieces.isEmpty else {
      for kind in kinds {
        var comment = empty(kind, on: transcript)
        comment.method = .extractive
        comment.items = Extraction.items(of: kind, from: segments)
        try await onComment(comment)
      }
      return
    }
    // Comments in another language than the transcript's are combined in that one.
    let isOneLanguage = options.language ?? transcript.textLanguageName == transcript.textLanguageName
    let reader = model.reading(isOneLanguage ? transcript.textLanguage : nil)
    var failure: CommentBotError?
    for group in Self.groups(of: kinds) {
      let prompts = group.map {
        CommentaryPrompt(
          kind: $0, language: options.language ?? transcript.textLanguageName, instructions: options.instructions,
          hasSpeakers: pieces.contains { $0.speaker != nil })
      }
      var run = try await CommentaryRun(
        prompts, pieces: pieces, segments: segments, model: reader, answers: answers, clock: clock,
        onEvent: onEvent)
      try await run.read { draft in
        failure = failure ?? draft.failure
        guard draft.failure == nil else { return }
        try await onComment(comment(of: draft, on: transcript))
      }
    }
    if let failure { throw failure }
  }

  /// What a comment is computed from and with: comments with the same key are interchangeable.
  public static func key(
    transcriptKey: String, kind: CommentKind, options: CommentaryOptions = .none, model: EngineIdentity
  ) -> String {
    SHA256.hexDigest([
      transcriptKey, CommentaryPrompt.digest(of: kind), options.language ?? "", options.instructions ?? "",
      model.engine, model.model, model.digest,
    ])
  }

  /// Kinds that read the same windows; one that needs more room than usual is read by itself, so that what it is asked
  /// along with changes nothing.
  private static func groups(of kinds: [CommentKind]) -> [[CommentKind]] {
    let usual = kinds.filter { $0.isUsual }
    return (usual.isEmpty ? [] : [usual]) + kinds.filter { !$0.isUsual }.map { [$0] }
  }

  private func empty(_ kind: CommentKind, on transcript: Transcript) -> Comment {
    let identity = model?.identity ?? Self.extraction
    return Comment(
      key: Self.key(transcriptKey: transcript.key, kind: kind, options: options, model: identity), kind: kind.name,
      title: kind.title, layout: kind.layout, model: identity.model, engine: identity.engine,
      isWeak: model?.isWeak ?? false, promptDigest: CommentaryPrompt.digest(of: kind), coverage: 1, promptTokens: 0,
      outputTokens: 0, seconds: 0, items: [])
  }

  private func comment(of draft: CommentDraft, on transcript: Transcript) -> Comment {
    var comment = empty(draft.kind, on: transcript)
    comment.coverage = draft.coverage.share
    comment.promptTokens = draft.dialogue.promptTokens
    comment.evaluatedTokens = draft.dialogue.evaluatedTokens
    comment.outputTokens = draft.dialogue.outputTokens
    (comment.answers, comment.unusableAnswers) = (draft.dialogue.answers, draft.dialogue.unusableAnswers)
    (comment.cutAnswers, comment.leftOut) = (draft.dialogue.cutAnswers, draft.leftOut)
    comment.seconds = draft.seconds
    comment.items = draft.items
    comment.unproven = draft.unproven
    if draft.isExtract { comment.method = .extractive }
    return comment
  }
}

extension CommentKind {
  /// Whether the room that is kept for all kinds is enough for this one.
  fileprivate var isUsual: Bool {
    // A token has at least one byte; three are usual.
    template.utf8.count / 3 + details.count * 40 < CommentaryBudget.usualTaskTokens - 80
      && maxAnswerTokens <= CommentaryBudget.usualAnswerTokens
  }
}
