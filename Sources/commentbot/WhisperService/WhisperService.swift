import CommentCore
import Foundation
import Hummingbird
import Logging
import Whisper

/// The Whisper engine behind HTTP: OpenAI's audio endpoints and whisper-asr-webservice's.
struct WhisperService {
  struct Options: Sendable {
    /// A name or an address, that of IPv6 without brackets.
    var host = "127.0.0.1"
    /// 0 takes a free one.
    var port = 9000
    /// Bytes of one upload.
    var maxBytes = 2_000_000_000
    /// Seconds of audio in one upload.
    var maxDuration = 6.0 * 3600
    /// Requests that may be there at once.
    var queue = 8
    /// How long the models stay in memory without work.
    var idleTime = Duration.seconds(300)
  }

  let options: Options
  /// Who computes, as `GET /v1/models` tells.
  let engine: EngineIdentity
  let makeEngine: @Sendable () throws -> WhisperEngine

  /// Serves until the task is cancelled; then takes no more work, finishes what is going on, and returns.
  /// - Parameters:
  ///   - onStopping: called when the task is cancelled.
  ///   - onReady: called with the port when connections are taken.
  func run(
    onStopping: @escaping @Sendable () -> Void = {}, onReady: @escaping @Sendable (Int) -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let desk = TranscriptionDesk(options, folder: folder.url, makeEngine: makeEngine)
    var logger = Logger(label: "whisper-service")
    logger.logLevel = .notice
    try await HTTPService(
      host: options.host, port: options.port, router: router(desk, logger), queue: desk.queue, logger: logger
    ).run(onStopping: onStopping, onReady: onReady)
    folder.remove()
  }

  private func router(_ desk: TranscriptionDesk, _ logger: Logger) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self)
    router.add(
      middleware: RequestMiddleware(
        metrics: desk.metrics, answer: { failure, _, _ in failure.response },
        isLocalOnly: RequestMiddleware.isLocal(options.host), logger: logger))
    let routes: [any RouteSet] = [
      SpeechRoutes(desk: desk, engine: engine), ModelRoutes(engine: engine), ASRRoutes(desk: desk),
      HealthRoutes(desk: desk),
    ]
    for set in routes { set.add(to: router) }
    return router
  }
}
