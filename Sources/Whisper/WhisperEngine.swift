import CWhisper
public import CommentCore
public import Foundation

/// Whisper in this process, by libwhisper.
///
/// The models are loaded at the first use and freed with the engine. Two windows are decoded at a time where they need
/// nothing of each other, each with half of the threads: that is quicker than one after the other with all of them, and
/// threads of one window wait for each other, which costs much when other work shares the cores.
public final class WhisperEngine: Transcriber {
  /// The engine is `libwhisper`.
  public let identity: EngineIdentity
  private let worker: WhisperWorker
  private let finder: SpeechFinder

  /// - Parameters:
  ///   - model: a file in whisper.cpp's format.
  ///   - vadModel: Silero VAD in whisper.cpp's format.
  ///   - verify: called before the model is loaded; throws when the file is damaged.
  ///   - verifyVAD: the same for the VAD model.
  ///   - threads: to compute with; more than the machine has cores are not used, because that is much slower.
  public init(
    model: URL, identity: EngineIdentity, vadModel: URL, verify: @escaping @Sendable () throws -> Void = {},
    verifyVAD: @escaping @Sendable () throws -> Void = {},
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.identity = identity
    worker = WhisperWorker(
      model: model, name: identity.model, verify: verify,
      threads: max(1, min(threads, ProcessInfo.processInfo.activeProcessorCount)))
    finder = SpeechFinder(model: vadModel, verify: verifyVAD)
  }

  /// Samples that the encoder takes at once: 30 s.
  private static let longestWindow = 480_000

  /// The version of libwhisper that is linked.
  public static var libraryVersion: String { String(cString: whisper_version()) }

  /// Whether the Whisper model is in memory.
  public var isLoaded: Bool {
    get async { await worker.isLoaded }
  }

  /// Frees the Whisper model; the next use loads it again.
  public func freeMemory() async { await worker.unload() }

  /// Loads the models now rather than at the first use.
  /// - Throws: ``CommentBotError`` with `modelMissing`, `modelDamaged` or `engine`.
  public func load() async throws {
    try await finder.load()
    try await worker.load()
  }

  /// Transcribes the speech of the audio; see ``Transcriber``.
  ///
  /// The stream throws ``CommentBotError`` with `modelMissing`, `modelDamaged`, `usage` (unknown language) or `engine`.
  /// Ending the stream or cancelling the task that reads it stops the engine within one encoder run, and the engine
  /// stays usable.
  public func transcribe(
    _ audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow]
  ) -> AsyncThrowingStream<TranscriptionEvent, any Error> {
    let stop = StopFlag()
    let (worker, finder) = (worker, finder)
    let (stream, continuation) = AsyncThrowingStream<TranscriptionEvent, any Error>.makeStream()
    let task = Task {
      do {
        if WindowPlan.doneCount(finished) < audio.count {
          try await finder.load()
          // Each keeps one core busy: together they take less time.
          async let finding = finder.plan(of: audio, options: options, after: finished, stop: stop)
          do {
            try await worker.load(for: options)
          } catch {
            // Not after the whole recording was searched for speech.
            stop.set()
            throw error
          }
          let plan = try await finding
          var run = TranscriptionRun(plan, by: LocalWindows(worker: worker, stop: stop), after: finished) {
            continuation.yield($0)
          }
          try await run.transcribe()
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { _ in
      stop.set()
      task.cancel()
    }
    return stream
  }

  /// The language that most of the speech is in, by the same windows that ``transcribe(_:options:after:)`` would ask.
  /// - Returns: its ISO 639-1 code and its probability in 0...1; nil when there is no speech.
  public func detectLanguage(of audio: AudioSamples) async throws -> (code: String, probability: Double)? {
    let stop = StopFlag()
    return try await withTaskCancellationHandler {
      let plan = try await finder.plan(of: audio, options: TranscriptionOptions(), after: [], stop: stop)
      var windows = LocalWindows(worker: worker, stop: stop)
      return try await LanguageVoters.language(in: plan, by: &windows).map { ($0.code, $0.probability ?? 1) }
    } onCancel: {
      stop.set()
    }
  }

  /// Decodes one window as it is, without looking for speech or for windows in it.
  /// - Parameter heard: what is to be heard, up to 30 s.
  /// - Throws: ``CommentBotError`` as ``transcribe(_:options:after:)``, and with `usage` when the request makes no
  ///   sense.
  public func answer(_ request: WindowRequest, hearing heard: AudioSamples) async throws -> WindowReply {
    guard (1...Self.longestWindow).contains(heard.count), (0...heard.count).contains(request.quietTail) else {
      throw CommentBotError(.usage, "decode", "a window", cause: "it must hold up to 30 s of sound")
    }
    let stop = StopFlag()
    return try await withTaskCancellationHandler {
      try await LocalWindows(worker: worker, stop: stop).answer(request, heard.floats(0..<heard.count))
    } onCancel: {
      stop.set()
    }
  }
}
