public import CommentCore
public import Foundation

/// Whisper on another machine or in another process: a service with OpenAI's `/v1/audio/transcriptions`.
///
/// Speech is found here, by the same windows as ``WhisperEngine``'s, and the service decodes one window after the
/// other: one that goes away costs one window. From CommentBot's own service the result is the same as from the engine
/// in this process.
public final class RemoteTranscriber: Transcriber {
  /// The engine is the service's address; the digest is empty when the service does not tell one.
  public let identity: EngineIdentity
  /// What the service says that it is, with its version where it tells.
  public var service: String { server.name }
  private let server: WhisperServer
  private let client: ServiceClient
  private let finder: SpeechFinder

  /// Asks the service what it is.
  /// - Parameters:
  ///   - apiKey: sent over https, and to this machine, never over a network in the clear.
  ///   - model: as the service calls it; nil takes the one that it has.
  ///   - vadModel: Silero VAD in whisper.cpp's format.
  ///   - verify: called before the VAD model is loaded; throws when the file is damaged.
  /// - Throws: ``CommentBotError`` with code `unreachable`, `busy`, `serverError` or `modelMissing`.
  public convenience init(
    _ address: ServiceAddress, apiKey: String? = nil, model: String? = nil, vadModel: URL,
    verify: @escaping @Sendable () throws -> Void = {}
  ) async throws {
    try await self.init(
      ServiceClient(address: address, apiKey: apiKey), model: model, vadModel: vadModel, verify: verify)
  }

  init(
    _ client: ServiceClient, model: String? = nil, vadModel: URL, verify: @escaping @Sendable () throws -> Void = {}
  ) async throws {
    server = try await WhisperServer(asking: client)
    let model = try server.model(model, at: client.address)
    self.client = client
    identity = EngineIdentity(engine: client.address.base, model: model.id, digest: model.digest ?? "")
    finder = SpeechFinder(model: vadModel, verify: verify)
  }

  /// Transcribes the speech of the audio; see ``Transcriber``.
  ///
  /// The stream throws ``CommentBotError`` with `unreachable`, `busy`, `serverError` or `badReply` when the service
  /// fails, `usage` when it does not know the language, `modelMissing` or `modelDamaged` for the VAD model. Ending the
  /// stream or cancelling the task that reads it closes the connection at once.
  public func transcribe(
    _ audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow]
  ) -> AsyncThrowingStream<TranscriptionEvent, any Error> {
    let stop = StopFlag()
    let (finder, server, model) = (finder, server, identity.model)
    var client = client
    return AsyncThrowingStream { continuation in
      client.onRetry = { continuation.yield(.waiting(seconds: $1 / .seconds(1), cause: "\($0.subject): \($0.cause)")) }
      let questions = ServiceQuestions(client: client, server: server, model: model)
      let task = Task {
        do {
          if WindowPlan.doneCount(finished) < audio.count {
            let plan = try await finder.plan(of: audio, options: options, after: finished, stop: stop)
            let windows = RemoteWindows(finder: finder, questions: questions)
            var run = TranscriptionRun(plan, by: windows, after: finished) { continuation.yield($0) }
            do {
              try await run.transcribe()
            } catch let error as CommentBotError where error.code != .cancelled {
              throw Self.telling(error, after: run.last)
            }
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
    }
  }

  /// The error with how far it came: what is finished is kept by whoever takes the windows.
  private static func telling(_ error: CommentBotError, after last: TranscriptionWindow?) -> CommentBotError {
    var error = error
    if let last { error.cause += "; it is transcribed up to \(ClockText.of(last.end))" }
    error.hint = [error.hint, "the same command goes on where this one stopped"].compactMap(\.self)
      .joined(separator: "; ")
    return error
  }
}
