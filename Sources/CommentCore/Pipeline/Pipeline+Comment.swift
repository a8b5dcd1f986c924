extension Pipeline {
  /// Computes the kinds that are not there yet. The old comments stay until the new ones are whole.
  /// - Returns: the comments, and why they are fewer than wanted or older.
  func comment(
    on transcript: Transcript, of recording: Recording, kinds: [CommentKind], to folder: ResultFolder,
    in run: inout PipelineRun
  ) async throws -> ([Comment], CommentBotError?) {
    // There is nothing to say about silence.
    guard transcript.hasSpeech else { return ([], nil) }
    var comments: [Comment] = []
    var failure: CommentBotError?
    do {
      guard let planned = try await languageModel() else {
        try await publish(transcript, of: recording, to: folder)
        return ([], nil)
      }
      var model: (any LanguageModel)?
      for kind in kinds {
        if let comment = try await keptComment(kind, onTranscript: transcript.key, by: planned) {
          comments.append(comment)
        } else {
          let writer = if let model { model } else { try await planned.load() }
          model = writer
          let comment = try await write(kind, about: transcript, by: writer, in: &run)
          try await library.saveComments([comment], transcriptKey: transcript.key)
          comments.append(comment)
        }
      }
    } catch let error as CommentBotError where error.code != .cancelled {
      failure = error
      // Those of earlier runs are kept, whoever wrote them.
      let kept = (try? await library.comments(ofTranscript: transcript.key)) ?? []
      comments = kinds.compactMap { kind in kept.first { $0.kind == kind.name } }
    }
    try await publish(transcript, of: recording, to: folder)
    return (comments, failure)
  }

  /// The comment that is there and need not be written again: by the same model, or by a better one than a stand-in.
  func keptComment(
    _ kind: CommentKind, onTranscript key: String, by planned: PlannedLanguageModel
  ) async throws -> Comment? {
    if planned.isFallback {
      let comments = try await library.comments(ofTranscript: key)
      if let comment = comments.first(where: { $0.kind == kind.name && !$0.isWeak }) { return comment }
    }
    return try await library.comment(
      key: Commentator.key(transcriptKey: key, kind: kind, model: planned.identity))
  }

  private func write(
    _ kind: CommentKind, about transcript: Transcript, by model: any LanguageModel, in run: inout PipelineRun
  ) async throws -> Comment {
    let onEvent = run.onEvent
    return try await run.measure(.comment, on: kind.name) {
      try await Commentator(model: model).comment(on: transcript, kind: kind) { event in
        if case .window(let number, let total) = event {
          onEvent(.progress(.comment, done: Double(number), total: Double(total)))
        }
      }
    }
  }

  /// The files show every comment that the library has on the transcript.
  private func publish(_ transcript: Transcript, of recording: Recording, to folder: ResultFolder) async throws {
    let comments = try await library.comments(ofTranscript: transcript.key)
    if await folder.holds(comments, onTranscript: transcript.key) { return }
    try await folder.write(
      comments, onTranscript: transcript.key, of: recording, note: Comment.note(on: comments))
  }
}
