import CommentCore
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
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

  /// How long a transcription that is going on may still take when the service is to stop.
  private static let patience = Duration.seconds(30)
  /// How long the last answers may take to be sent after that.
  private static let farewell = Duration.seconds(5)
  /// How long a connection may be without a byte while a request is sent.
  private static let sendTimeout = Duration.seconds(60)

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
    let desk = TranscriptionDesk(
      folder: folder.url, maxBytes: options.maxBytes, queue: TranscriptionQueue(capacity: options.queue),
      decoder: UploadDecoder(folder: folder.url, maxDuration: options.maxDuration),
      keeper: ModelKeeper(idleTime: options.idleTime, make: makeEngine), metrics: ServiceMetrics())
    var logger = Logger(label: "whisper-service")
    logger.logLevel = .notice
    let application = Application(
      router: router(desk, logger),
      server: .http1(
        configuration: .init(additionalChannelHandlers: [ClientWatch()], idleTimeout: .init(Self.sendTimeout))),
      configuration: .init(address: .hostname(options.host, port: options.port)),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? 0) }, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = Self.farewell
    try await serve(ServiceGroup(configuration: configuration), desk.queue, onStopping)
    folder.remove()
  }

  private func router(_ desk: TranscriptionDesk, _ logger: Logger) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self)
    router.add(
      middleware: ServiceMiddleware(
        metrics: desk.metrics, isLocalOnly: ServiceMiddleware.isLocal(options.host), logger: logger))
    SpeechRoutes(desk: desk, engine: engine).add(to: router)
    ASRRoutes(desk: desk).add(to: router)
    HealthRoutes(desk: desk).add(to: router)
    return router
  }

  private func serve(
    _ group: ServiceGroup, _ queue: TranscriptionQueue, _ onStopping: @escaping @Sendable () -> Void
  ) async throws {
    // Not a child task: cancelling it would break off what is going on.
    let serving = Task { try await group.run() }
    do {
      try await withTaskCancellationHandler {
        try await serving.value
      } onCancel: {
        queue.stop()
        onStopping()
        // Until then whoever connects is told so; a server that is shutting down would hang up without a word.
        let late = Task {
          try await Task.sleep(for: Self.patience)
          queue.giveUpWaiting()
        }
        Task {
          await queue.untilEmpty()
          late.cancel()
          await group.triggerGracefulShutdown()
        }
      }
    } catch  where queue.isStopping {
      // What took longer than the patience was broken off.
    } catch let error as IOError {
      throw CommentBotError(
        .io, "listen on", "\(options.host):\(options.port)",
        cause: String(cString: strerror(error.errnoCode)).lowercased(),
        hint: "give another --port; 0 takes a free one")
    }
  }
}
