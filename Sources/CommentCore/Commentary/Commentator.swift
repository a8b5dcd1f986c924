import Crypto

/// Writes comments on transcripts with a language model, each item citing the segments that it rests on.
///
/// The transcript is read whole: in one prompt when it fits into the model's context with room for the answer, else in
/// windows at the borders of segments whose items are then combined. It is data for the model, never instructions.
///
/// Of a weak model only those items are kept whose words were said, with the segments where they were; when none is, the
/// most central segments of the transcript stand in for them, word for word (`quote` equals `text`).
public struct Commentator: Sendable {
  private let model: any LanguageModel
  private let clock: any Clock<Duration>

  /// - Parameter clock: measures ``Comment/seconds``.
  public init(model: any LanguageModel, clock: any Clock<Duration> = ContinuousClock()) {
    self.model = model
    self.clock = clock
  }

  /// Comments on the whole transcript, in the transcript's language.
  ///
  /// - Parameter onEvent: called in the order of events, one at a time; what it does delays the model.
  /// - Returns: the comment; without items when the transcript is empty, and then no model is asked.
  /// - Throws: ``CommentBotError`` with code `badReply` when the model's answer cannot be used, also when asked twice;
  ///   `contextExceeded` when not even a word fits into its context; `CancellationError`; what the model throws.
  public func comment(
    on transcript: Transcript, kind: CommentKind, onEvent: @escaping @Sendable (CommentaryEvent) -> Void = { _ in }
  ) async throws -> Comment {
    var comment = Comment(
      key: Self.key(transcriptKey: transcript.key, kind: kind, model: model.identity), kind: kind.name,
      model: model.identity.model, engine: model.identity.engine, isWeak: model.isWeak,
      promptDigest: CommentaryPrompt.digest(of: kind), coverage: 1, promptTokens: 0, outputTokens: 0, seconds: 0,
      items: [])
    let pieces = TranscriptPiece.pieces(of: transcript)
    if pieces.isEmpty { return comment }
    let elapsed = try await clock.measure {
      var run = try await CommentaryRun(
        model: model, kind: kind, transcript: transcript, pieces: pieces, onEvent: onEvent)
      try await run.read(pieces)
      comment.coverage = run.coverage.share
      comment.promptTokens = run.dialogue.promptTokens
      comment.outputTokens = run.dialogue.outputTokens
      comment.items = run.items
    }
    comment.seconds = elapsed / .seconds(1)
    return comment
  }

  /// What a comment is computed from and with: comments with the same key are interchangeable.
  public static func key(transcriptKey: String, kind: CommentKind, model: EngineIdentity) -> String {
    SHA256.hexDigest([transcriptKey, CommentaryPrompt.digest(of: kind), model.engine, model.model, model.digest])
  }
}
