public import Foundation

/// The way from an audio file to a stored, searchable, commented transcript.
///
/// Every stage's result is kept under a key made of what it was computed from and with, so that nothing is computed
/// twice and whatever was finished before a failure stays.
public struct Pipeline: Sendable {
  let home: Home
  let library: Library
  let cache: AudioCache
  let transcriber: any Transcriber
  let comments: CommentStage
  let isMemoryShort: @Sendable () -> Bool

  /// - Parameters:
  ///   - languageModel: asked for each file, once its transcript is stored; nil takes sentences of the transcript for
  ///     comments.
  ///   - isMemoryShort: whether there is no room for two models at once.
  public init(
    home: Home, library: Library, cache: AudioCache, transcriber: any Transcriber,
    languageModel: @escaping @Sendable () async throws -> PlannedLanguageModel?,
    isMemoryShort: @escaping @Sendable () -> Bool = { MachineMemory.isShort }
  ) {
    self.isMemoryShort = isMemoryShort
    self.home = home
    self.library = library
    self.cache = cache
    self.transcriber = transcriber
    comments = CommentStage(library: library, languageModel: languageModel)
  }

  /// Takes one file the whole way.
  ///
  /// A failure of the language model does not throw: the outcome then carries the transcript and the reason.
  /// - Parameters:
  ///   - name: the recording's, when the file does not bear it.
  ///   - sha256: the digest that the file must have; nil for any.
  ///   - isStandardInput: whether the file is a copy of standard input, which has no name and no place.
  ///   - owner: whose the recording is.
  ///   - lease: of the job that it is done for; what somebody has deleted meanwhile is not made anew.
  /// - Throws: ``CommentBotError``, with code `inputMissing` when the file is not the one that is meant;
  ///   `CancellationError` when the task was cancelled, with all finished windows kept.
  public func process(
    _ file: URL, name: String? = nil, sha256: String? = nil, isStandardInput: Bool = false,
    options: TranscriptionOptions, comments plan: CommentPlan, owner: String = Library.localOwner,
    lease: Lease? = nil, onEvent: @escaping @Sendable (PipelineEvent) -> Void
  ) async throws -> ProcessOutcome {
    let run = PipelineRun(input: isStandardInput ? "-" : file.path, owner: owner, lease: lease, onEvent: onEvent)
    return try await recorded(run, file: file) { run in
      let source = try await run.measure(.hash) {
        try await Blocking.run { try SourceFile(reading: file, name: name, isStandardInput: isStandardInput) }
      }
      if let sha256, source.sha256 != sha256 {
        throw CommentBotError(
          .inputMissing, "process", file.path, cause: "the file has changed since it was submitted",
          hint: "submit it again")
      }
      let options = try await Blocking.run { try options.fitting(file) }
      let (recording, transcript) = try await transcribe(source, options: options, in: &run)
      let folder = try await store(transcript, of: recording, in: &run)
      // Not both models at once where there is no room for them.
      if isMemoryShort(), !plan.kinds.isEmpty { await transcriber.freeMemory() }
      let (comments, failure) = try await run.measureComments { onEvent in
        try await self.comments.comment(
          on: transcript, of: recording, as: plan, to: folder, onEvent: onEvent)
      }
      return ProcessOutcome(
        recording: recording, folder: folder.url.path, transcript: transcript, comments: comments,
        report: run.report, commentFailure: failure)
    }
  }

  /// Keeps a record of the run, however it ends.
  private func recorded(
    _ run: PipelineRun, file: URL, _ body: (inout PipelineRun) async throws -> ProcessOutcome
  ) async throws -> ProcessOutcome {
    var run = run
    do {
      let outcome = try await body(&run)
      try await library.saveRun(
        run.record(outcome.commentFailure == nil ? .succeeded : .failed, error: outcome.commentFailure))
      return outcome
    } catch let error as CommentBotError {
      // The copy of standard input is gone when a person reads of it.
      let error = run.input == "-" ? error.renaming(file.path, "standard input") : error
      // The error itself matters more than its record.
      try? await library.saveRun(run.record(error.code == .cancelled ? .cancelled : .failed, error: error))
      throw error
    } catch is CancellationError {
      try? await library.saveRun(run.record(.cancelled))
      throw CancellationError()
    }
  }
}
