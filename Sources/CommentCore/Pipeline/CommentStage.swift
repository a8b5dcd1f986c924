/// Comments on stored transcripts: the last stage of the pipeline, and by itself what writes them anew.
public struct CommentStage: Sendable {
  let library: Library
  /// nil takes sentences of the transcript for comments.
  let languageModel: @Sendable () async throws -> PlannedLanguageModel?

  /// - Parameter languageModel: asked for each transcript when there is something to write.
  public init(library: Library, languageModel: @escaping @Sendable () async throws -> PlannedLanguageModel?) {
    self.library = library
    self.languageModel = languageModel
  }

  /// Computes the comments that are not there yet, and makes the files of the result folder agree. The old comments
  /// stay until the new ones are whole.
  /// - Parameters:
  ///   - isForced: whether to write those anew that are there.
  ///   - onEvent: told as the model reads and writes.
  /// - Returns: the comments, and why they are fewer than wanted or older.
  /// - Throws: ``CommentBotError`` with `cancelled`, or when the library or the folder cannot be written;
  ///   `CancellationError`.
  public func comment(
    on transcript: Transcript, of recording: Recording, as plan: CommentPlan, to folder: ResultFolder,
    isForced: Bool = false, onEvent: @escaping @Sendable (PipelineEvent) -> Void
  ) async throws -> ([Comment], CommentBotError?) {
    // There is nothing to say about silence.
    let kinds = transcript.hasSpeech ? plan.kinds : []
    var failure: CommentBotError?
    do {
      let planned = kinds.isEmpty ? nil : try await languageModel()
      let missing =
        isForced || kinds.isEmpty
        ? kinds : try await missingKinds(of: plan, onTranscript: transcript.key, by: planned, onEvent: onEvent)
      if !missing.isEmpty {
        onEvent(.stage(.comment, detail: nil))
        let text = TranscriptPiece.pieces(of: transcript).map(\.line).joined()
        let model = try await planned?.load(text)
        do {
          try await write(missing, about: transcript, options: plan.options, by: model, onEvent: onEvent)
        } catch {
          await model?.release()
          throw error
        }
        await model?.settle()
        await model?.release()
      }
    } catch let error as CommentBotError where error.code != .cancelled {
      failure = error
    }
    let comments = try await library.comments(ofTranscript: transcript.key)
    try await publish(comments, onTranscript: transcript.key, of: recording, to: folder)
    // After a failure those of earlier runs are kept, whoever wrote them.
    return (plan.kinds.compactMap { kind in comments.first { $0.kind == kind.name } }, failure)
  }

  /// The kinds whose comments are not there: those by the same model need not be written again, nor those by a better
  /// one than a stand-in.
  func missingKinds(
    of plan: CommentPlan, onTranscript key: String, by planned: PlannedLanguageModel?,
    onEvent: @Sendable (PipelineEvent) -> Void = { _ in }
  ) async throws -> [CommentKind] {
    let comments = try await library.comments(ofTranscript: key)
    let isStandIn = planned?.isFallback ?? true
    return plan.kinds.filter { kind in
      guard let comment = comments.first(where: { $0.kind == kind.name }) else { return true }
      let wanted = Commentator.key(
        transcriptKey: key, kind: kind, options: plan.options, model: planned?.identity ?? Commentator.extraction)
      if comment.key == wanted { return false }
      let isBetter = isStandIn && !comment.isWeak && comment.method == .model
      if isBetter { onEvent(.kept(kind: kind.name, model: comment.model)) }
      return !isBetter
    }
  }

  private func write(
    _ kinds: [CommentKind], about transcript: Transcript, options: CommentaryOptions, by model: (any LanguageModel)?,
    onEvent: @escaping @Sendable (PipelineEvent) -> Void
  ) async throws {
    let isWeak = model?.isWeak ?? false
    try await Commentator(model: model, options: options).comment(
      on: transcript, kinds: kinds, answers: library.answers(onTranscript: transcript.key),
      onEvent: { event in
        switch event {
        case .reading(let kind, let done, let total):
          onEvent(.progress(.comment, done: Double(done), total: Double(total)))
          onEvent(.writing(kind: kind, text: nil))
        // What a weak model writes is not shown, not even in passing.
        case .text(let text) where !isWeak: onEvent(.writing(kind: nil, text: text))
        case .uncombined(let kind, let cause): onEvent(.uncombined(kind: kind, cause: cause))
        default: break
        }
      },
      onComment: { comment in
        Failpoint.hit(.beforeComment)
        try await library.saveComments([comment], transcriptKey: transcript.key)
        Failpoint.hit(.afterComment)
        onEvent(
          .written(kind: comment.kind, promptTokens: comment.promptTokens, outputTokens: comment.outputTokens))
      })
  }

  /// The files show every comment that the library has on the transcript.
  private func publish(
    _ comments: [Comment], onTranscript key: String, of recording: Recording, to folder: ResultFolder
  ) async throws {
    if await folder.holds(comments, onTranscript: key) { return }
    try await folder.write(comments, onTranscript: key, of: recording, note: Comment.note(on: comments))
  }
}
