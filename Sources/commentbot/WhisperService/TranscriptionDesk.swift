import CommentCore
import Foundation
import Hummingbird
import Whisper

/// Takes requests' audio and has it transcribed: what all routes share.
struct TranscriptionDesk: Sendable {
  let folder: URL
  let maxBytes: Int
  let queue: TranscriptionQueue
  let decoder: UploadDecoder
  let keeper: ModelKeeper
  let metrics: ServiceMetrics

  /// - Parameter reservedBytes: to leave free at the file's start.
  func receive(
    _ request: Request, _ context: ServiceContext, fileField: String, reservedBytes: Int = 0
  ) async throws -> Upload {
    try await UploadReceiver(folder: folder, maxBytes: maxBytes, fileField: fileField, reservedBytes: reservedBytes)
      .receive(request) { try await context.invite(request) }
  }

  /// Decodes what was sent. A client that goes away stops it.
  /// - Parameter isEncoded: false takes the bytes for samples.
  func samples(of upload: Upload, isEncoded: Bool = true, for context: ServiceContext) async throws -> AudioSamples {
    try await countingCancelled {
      try await context.whileClientIsThere { [decoder] in
        isEncoded ? try await decoder.samples(of: upload) : try await decoder.rawSamples(of: upload)
      }
    }
  }

  /// Transcribes when it is this request's turn. A client that goes away stops it.
  func transcribe(
    _ audio: AudioSamples, _ options: TranscriptionOptions, for context: ServiceContext,
    at place: TranscriptionQueue.Place
  ) async throws -> Transcript {
    try await work(for: context, at: place) { engine in
      try await transcribe(audio, options, by: engine) { _ in }
    }
  }

  /// Decodes one window when it is this request's turn. A client that goes away stops it.
  func decode(
    _ window: WindowRequest, of audio: AudioSamples, for context: ServiceContext, at place: TranscriptionQueue.Place
  ) async throws -> WindowReply {
    try await work(for: context, at: place) { engine in
      let start = ContinuousClock.now
      let reply = try await engine.answer(window, hearing: audio)
      metrics.count(audioSeconds: audio.duration, engineTime: .now - start)
      return reply
    }
  }

  /// Works with the engine when it is this request's turn. A client that goes away stops it.
  func work<Result: Sendable>(
    for context: ServiceContext, at place: TranscriptionQueue.Place,
    _ work: @escaping @Sendable (WhisperEngine) async throws -> Result
  ) async throws -> Result {
    try await countingCancelled {
      try await context.whileClientIsThere {
        try await place.turn { try await keeper.use(work) }
      }
    }
  }

  private func countingCancelled<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      return try await work()
    } catch  where CommentBotError.isCancellation(error) {
      metrics.countCancelled()
      throw error
    }
  }

  /// - Parameter onWindow: called with every window that is done.
  func transcribe(
    _ audio: AudioSamples, _ options: TranscriptionOptions, by engine: WhisperEngine,
    onWindow: (TranscriptionWindow) async throws -> Void
  ) async throws -> Transcript {
    let start = ContinuousClock.now
    var windows: [TranscriptionWindow] = []
    for try await event in engine.transcribe(audio, options: options, after: []) {
      guard case .window(let window) = event else { continue }
      windows.append(window)
      try await onWindow(window)
    }
    // A stream that was cancelled ends early without an error.
    try Task.checkCancellation()
    metrics.count(audioSeconds: audio.duration, engineTime: .now - start)
    return Transcript(
      windows: windows, key: audio.key, engine: engine.identity, options: options, duration: audio.duration)
  }
}

extension TranscriptionDesk {
  /// - Parameter folder: for uploads.
  init(
    _ options: WhisperService.Options, folder: URL, registry: PrometheusRegistry,
    makeEngine: @escaping @Sendable () throws -> WhisperEngine
  ) {
    self.init(
      folder: folder, maxBytes: options.maxBytes, queue: TranscriptionQueue(capacity: options.queue),
      decoder: UploadDecoder(folder: folder, maxDuration: options.maxDuration),
      keeper: ModelKeeper(idleTime: options.idleTime, make: makeEngine), metrics: ServiceMetrics(registry))
  }

  /// Takes the figures that are so at this moment.
  func observe() async {
    metrics.observe(queue, isModelLoaded: await keeper.isLoaded)
  }
}
