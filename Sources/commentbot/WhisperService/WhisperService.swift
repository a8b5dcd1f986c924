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
  /// How long a connection may be without a byte while a request is sent.
  private static let sendTimeout = Duration.seconds(60)

  let options: Options
  /// The model's name, as `GET /v1/models` gives it.
  let model: String
  let makeEngine: @Sendable () throws -> WhisperEngine

  /// Serves until the task is cancelled; then takes no more work, finishes what is going on, and returns.
  /// - Parameter onReady: called with the port when connections are taken.
  func run(onReady: @escaping @Sendable (Int) -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "commentbot-service-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let desk = TranscriptionDesk(
      folder: folder, maxBytes: options.maxBytes, queue: TranscriptionQueue(capacity: options.queue),
      decoder: UploadDecoder(folder: folder, maxDuration: options.maxDuration),
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
    configuration.maximumGracefulShutdownDuration = Self.patience
    try await serve(ServiceGroup(configuration: configuration), desk.queue)
  }

  private func router(_ desk: TranscriptionDesk, _ logger: Logger) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self)
    router.add(
      middleware: ServiceMiddleware(
        metrics: desk.metrics, isLocalOnly: ServiceMiddleware.isLocal(options.host), logger: logger))
    SpeechRoutes(desk: desk, model: model).add(to: router)
    ASRRoutes(desk: desk).add(to: router)
    HealthRoutes(desk: desk).add(to: router)
    return router
  }

  private func serve(_ group: ServiceGroup, _ queue: TranscriptionQueue) async throws {
    // Not a child task: cancelling it would break off what is going on.
    let serving = Task { try await group.run() }
    do {
      try await withTaskCancellationHandler {
        try await serving.value
      } onCancel: {
        queue.stop()
        Task { await group.triggerGracefulShutdown() }
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
