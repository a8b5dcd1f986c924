import CommentCore
import Foundation

/// Takes a job's recording through the pipeline.
actor PipelineJobRunner: JobRunner {
  private let composition: Composition
  /// Where the audio is that was uploaded.
  private let inbox: @Sendable (Job) throws -> URL
  /// The one that was used last stays in memory.
  private var engine: (model: String, transcriber: any Transcriber)?

  /// - Parameter inbox: finds the audio of a job without a path.
  init(_ composition: Composition, inbox: @escaping @Sendable (Job) throws -> URL) {
    self.composition = composition
    self.inbox = inbox
  }

  func run(_ claimed: ClaimedJob, telling news: JobNews) async throws -> JobResult {
    let (job, teller) = (claimed.job, JobTeller(news))
    let outcome: ProcessOutcome
    do {
      switch job.kind {
      case .process: outcome = try await process(claimed) { teller.handle($0) }
      case .comment: outcome = try await comment(job) { teller.handle($0) }
      }
    } catch {
      await removeLeftovers(of: job)
      throw error
    }
    // The transcript is kept: the next attempt finds it and goes on with the comments.
    if let failure = outcome.commentFailure, Self.passes(failure, for: job) { throw failure }
    return JobResult(
      recording: outcome.recording.sha256, transcriptKey: outcome.transcript.key, report: outcome.report,
      commentFailure: outcome.commentFailure)
  }

  /// Whether it may be over when it is tried again; a transcript without comments is better than a failed job.
  private static func passes(_ failure: CommentBotError, for job: Job) -> Bool {
    switch failure.code {
    case .unreachable, .busy: true
    case .serverError, .cutOff: job.attempt < job.maxAttempts
    default: false
    }
  }

  /// The audio that was decoded while somebody deleted the recording.
  private func removeLeftovers(of job: Job) async {
    // A task of its own: who is deleted is stopped too.
    await Task { [composition] in
      let hash = job.order.audioHash
      guard (try? await composition.library.isForgotten(hash)) == true else { return }
      try? await composition.cache.remove(sha256: hash)
    }.value
  }

  private func process(
    _ claimed: ClaimedJob, onEvent: @escaping @Sendable (PipelineEvent) -> Void
  ) async throws -> ProcessOutcome {
    let job = claimed.job
    let plan = try plan(of: job)
    let file = try job.order.path.map { URL(filePath: $0) } ?? inbox(job)
    let composition = composition.forJob(job)
    return try await composition.pipeline(by: transcriber(for: composition)).process(
      file, name: job.order.recordingName, sha256: job.order.audioHash, options: job.order.options.transcription,
      comments: plan, owner: job.owner, lease: claimed.lease, onEvent: onEvent)
  }

  /// Comments on the newest transcript.
  private func comment(_ job: Job, onEvent: @escaping @Sendable (PipelineEvent) -> Void) async throws -> ProcessOutcome
  {
    let plan = try plan(of: job)
    let composition = composition.forJob(job)
    let library = composition.library
    guard let recording = try await library.recording(sha256: job.order.audioHash),
      try await library.owners(of: recording.sha256).contains(job.owner)
    else {
      throw CommentBotError(
        .notFound, "comment on", job.order.name, cause: "the recording is not in the library", hint: "commentbot list")
    }
    let stored = try await library.finishedTranscript(of: recording, toDo: "comment on")
    let folder = ResultFolder(named: stored.folder, in: composition.home.transcripts)
    let (comments, failure) = try await CommentStage(library: library, languageModel: composition.languageModel)
      .comment(
        on: stored.transcript, of: recording, as: plan, to: folder, isForced: job.order.options.isForced ?? false,
        onEvent: onEvent)
    return ProcessOutcome(
      recording: recording, folder: folder.url.path, transcript: stored.transcript, comments: comments,
      report: ProcessReport(reusing: stored.transcript), commentFailure: failure)
  }

  private func plan(of job: Job) throws -> CommentPlan {
    let catalog = CommentKinds(in: composition.home.prompts)
    let options = job.order.options
    return CommentPlan(
      kinds: try options.kinds.map { try catalog.kind(named: $0) },
      options: try CommentaryOptions(language: options.commentLanguage, instructions: options.instructions))
  }

  /// A service is asked each time what it is.
  private func transcriber(for composition: Composition) async throws -> any Transcriber {
    let settings = composition.settings
    if let service = try await Composition.whisperService(home: composition.home, settings: settings) { return service }
    if let engine, engine.model == settings.whisperModel { return engine.transcriber }
    let transcriber = try Composition.whisperEngine(home: composition.home, settings: settings)
    engine = (settings.whisperModel, transcriber)
    return transcriber
  }
}

extension Composition {
  /// For one job: whether the language model can be reached is found out anew.
  fileprivate func forJob(_ job: Job) -> Composition {
    var settings = settings
    if let model = job.order.options.model { (settings.whisperModel, settings.serviceModel) = (model, model) }
    return Composition(home: home, settings: settings, library: library, cache: cache)
  }
}

extension JobOrder {
  /// The name that a recording has: without an ending of audio or video.
  var recordingName: String {
    let url = URL(filePath: name)
    return Inputs.endings.contains(url.pathExtension.lowercased())
      ? url.deletingPathExtension().lastPathComponent : url.lastPathComponent
  }
}
