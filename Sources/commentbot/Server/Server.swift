import CommentCore
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Whisper

/// CommentBot behind HTTP: jobs, recordings, search, and the audio routes of the whisper service.
struct Server {
  struct Options: Sendable {
    /// A name or an address, that of IPv6 without brackets.
    var host = "127.0.0.1"
    /// 0 takes a free one.
    var port = 8080
    /// Jobs that are worked on at once; 0 leaves them to other workers.
    var workers = 1
    /// Limits of the audio routes.
    var speech = WhisperService.Options()
  }

  let environment: APIEnvironment
  /// CommentBot's own routes.
  let routes: [any RouteSet]
  /// What runs beside the server: workers, schedules.
  var services: [any Service] = []
  /// Who computes for the audio routes.
  let engine: EngineIdentity
  let makeEngine: @Sendable () throws -> WhisperEngine

  /// The whole server: the command's, and that of tests.
  static func make(home: Home, settings: Settings, options: Options) async throws -> Server {
    let library = try await Composition.library(at: home)
    let environment = APIEnvironment(
      home: home, settings: settings, library: library,
      cache: AudioCache(folder: home.audioCache, budget: settings.cacheBytes), jobs: SQLiteJobStore(library),
      options: options)
    let engine = { @Sendable in try Composition.whisperEngine(home: home, settings: settings) }
    return Server(
      environment: environment, routes: routes(environment), engine: try engine().identity, makeEngine: engine)
  }

  /// CommentBot's own routes, one set a subject.
  private static func routes(_ environment: APIEnvironment) -> [any RouteSet] {
    [
      RecordingRoutes(environment: environment),
      AudioRoutes(environment: environment, roots: [environment.home.inbox]),
      TranscriptRoutes(environment: environment), CommentRoutes(environment: environment),
      QuestionRoutes(environment: environment), SearchRoutes(environment: environment),
      PromptRoutes(environment: environment),
    ]
  }

  /// Serves until the task is cancelled; then takes no more work, finishes what is going on, and returns.
  /// - Parameters:
  ///   - onStopping: called when the task is cancelled.
  ///   - onReady: called with the port when connections are taken.
  func run(
    onStopping: @escaping @Sendable () -> Void = {}, onReady: @escaping @Sendable (Int) -> Void
  ) async throws {
    let options = environment.options
    let folder = try TemporaryFolder()
    let desk = TranscriptionDesk(options.speech, folder: folder.url, makeEngine: makeEngine)
    var logger = Logger(label: "commentbot")
    logger.logLevel = .notice
    try await HTTPService(
      host: options.host, port: options.port, router: router(desk, logger), queue: desk.queue, services: services,
      logger: logger
    ).run(onStopping: onStopping, onReady: onReady)
    folder.remove()
  }

  private func router(_ desk: TranscriptionDesk, _ logger: Logger) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self)
    router.add(
      middleware: RequestMiddleware(
        metrics: desk.metrics, answer: Self.answer,
        isLocalOnly: RequestMiddleware.isLocal(environment.options.host), logger: logger))
    let speech: [any RouteSet] = [
      SpeechRoutes(desk: desk, engine: engine), ASRRoutes(desk: desk), modelRoutes, HealthRoutes(desk: desk),
    ]
    let all = speech + routes
    for set in all + [DocumentationRoutes(of: all)] { set.add(to: router) }
    return router
  }

  private var modelRoutes: ModelRoutes {
    let (home, settings) = (environment.home, environment.settings)
    return ModelRoutes(engine: engine) {
      try await ModelsList.usable(home: home, settings: settings).map {
        .init(id: $0.name, digest: $0.sha256, kind: $0.kind)
      }
    }
  }

  /// OpenAI's clients understand OpenAI's error objects; all others are told by problem details.
  @Sendable private static func answer(
    _ failure: ServiceFailure, to request: Request, in context: ServiceContext
  ) -> Response {
    let isSpeech = ["/v1/audio/", "/asr", "/detect-language"].contains { request.uri.path.hasPrefix($0) }
    return isSpeech ? failure.response : failure.problem(requestID: context.id)
  }
}
