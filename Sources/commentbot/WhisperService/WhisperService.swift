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
  let logger: Logger
  let makeEngine: @Sendable () throws -> WhisperEngine

  /// Serves until the task is cancelled; then takes no more work, finishes what is going on, and returns.
  /// - Parameters:
  ///   - onStopping: called when the task is cancelled.
  ///   - onReady: called with the port when connections are taken.
  func run(
    onStopping: @escaping @Sendable () -> Void = {}, onReady: @escaping @Sendable (Int) -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let registry = PrometheusRegistry()
    let desk = TranscriptionDesk(options, folder: folder.url, registry: registry, makeEngine: makeEngine)
    try await HTTPService(
      host: options.host, port: options.port, router: router(desk, registry), queue: desk.queue, logger: logger
    ).run(onStopping: onStopping, onReady: onReady)
    folder.remove()
  }

  private func router(_ desk: TranscriptionDesk, _ registry: PrometheusRegistry) -> Router<ServiceContext> {
    let routes: [any RouteSet] = [
      SpeechRoutes(desk: desk, engine: engine), ModelRoutes(engine: engine), ASRRoutes(desk: desk),
      HealthRoutes(desk: desk),
      MetricsRoutes(registry: registry, isOpen: true) { await desk.observe() },
    ]
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    router.add(
      middleware: RequestMiddleware(
        sender: SenderCheck(host: options.host), routes: RouteTable(routes),
        metrics: HTTPMetrics(registry: registry), answer: { failure, _, _ in failure.response }))
    for set in routes { set.add(to: router) }
    return router
  }
}
