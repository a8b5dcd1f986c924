extension Pipeline {
  /// Files first, then one transaction: what the index names is always there.
  func store(
    _ transcript: Transcript, of recording: Recording, in run: inout PipelineRun
  ) async throws -> ResultFolder {
    let stored = try await library.transcript(key: transcript.key)
    // A renamed file keeps the folder that its results are in.
    let folder =
      stored.map { ResultFolder(named: $0.folder, in: home.transcripts) }
      ?? ResultFolder(of: recording, in: home.transcripts)
    if stored != nil, await folder.isWhole {
      try await library.save(recording)
      return folder
    }
    try await run.measure(.store) {
      try await folder.write(transcript, of: recording)
      try await library.saveTranscript(transcript, of: recording, folder: folder.name)
    }
    return folder
  }

  /// Computes the kinds that are not there yet. The old comments stay until the new ones are whole.
  /// - Returns: the comments, and why there are not more of them.
  func comment(
    on transcript: Transcript, of recording: Recording, kinds: [CommentKind], to folder: ResultFolder,
    in run: inout PipelineRun
  ) async throws -> ([Comment], CommentBotError?) {
    guard let languageModel else { return ([], nil) }
    var comments: [Comment] = []
    var model: (any LanguageModel)?
    do {
      for kind in kinds {
        let key = Commentator.key(transcriptKey: transcript.key, kind: kind, model: languageModel.identity)
        if let comment = try await library.comment(key: key) {
          comments.append(comment)
          continue
        }
        let writer = if let model { model } else { try await languageModel.load() }
        model = writer
        comments.append(try await write(kind, about: transcript, by: writer, in: &run))
        try await library.saveComments(comments, transcriptKey: transcript.key)
      }
      if model != nil { try await publish(transcript, of: recording, to: folder) }
      return (comments, nil)
    } catch let error as CommentBotError where error.code != .cancelled {
      if model != nil, !comments.isEmpty { try await publish(transcript, of: recording, to: folder) }
      return (comments, error)
    }
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
    try await folder.write(
      comments, onTranscript: transcript.key, of: recording, note: Comment.note(on: comments))
  }
}
