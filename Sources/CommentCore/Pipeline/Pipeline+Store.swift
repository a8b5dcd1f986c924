extension Pipeline {
  /// Files first, then one transaction: what the index names is always there. Both have the transcript that was asked
  /// for last; after an interruption between them, the next run makes them agree.
  func store(
    _ transcript: Transcript, of recording: Recording, in run: inout PipelineRun
  ) async throws -> ResultFolder {
    let newest = try await library.latestTranscript(of: recording.sha256)
    // A renamed file keeps the folder that its results are in.
    let folder =
      newest.map { ResultFolder(named: $0.folder, in: home.transcripts) }
      ?? ResultFolder(of: recording, in: home.transcripts)
    if newest?.transcript.key == transcript.key, await folder.holds(transcriptKey: transcript.key) {
      try await folder.write(recording)
      try await library.save(recording, owner: run.owner, lease: run.lease)
      return folder
    }
    try await run.measure(.store) { [owner = run.owner, lease = run.lease] in
      Failpoint.hit(.beforeStore)
      try await folder.write(transcript, of: recording)
      Failpoint.hit(.inStore)
      do {
        try await library.saveTranscript(
          transcript, of: recording, folder: folder.name, owner: owner, lease: lease)
      } catch let error as CommentBotError where error.code == .notFound {
        if try await library.isForgotten(recording.sha256) { try await folder.remove() }
        throw error
      }
      Failpoint.hit(.afterStore)
    }
    return folder
  }
}
