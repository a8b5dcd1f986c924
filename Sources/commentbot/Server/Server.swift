import CommentCore
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Whisper

/// CommentBot behind HTTP: jobs, recordings, search, and the audio routes of the whisper service.
struct Server {
  let environment: APIEnvironment
  /// CommentBot's own routes.
  let routes: [any RouteSet]
  /// What runs beside the server: workers, schedules.
  var services: [any Service] = []
  let gate: Gate
  /// Limits of the audio routes.
  var speech = WhisperService.Options()
  /// Who computes for the audio routes; nil where another service does.
  let engine: EngineIdentity?

  /// The whole server: the command's, and that of tests.
  /// - Throws: ``CommentBotError`` with code `usage` when other machines would reach it without a key.
  static func make(home: Home, settings: Settings, logger: Logger) async throws -> Server {
    let library = try await Composition.library(at: home)
    // SQLite opens what it may only read: a service that can keep nothing does not start. Where another process is
    // writing, this one will too.
    do { try await library.requireSound() } catch let error as CommentBotError where error.code == .busy {}
    let environment = APIEnvironment(
      home: home, settings: settings, library: library,
      cache: AudioCache(folder: home.audioCache, budget: settings.cacheBytes), jobs: SQLiteJobStore(library),
      logger: logger)
    let jobAPI = try JobAPI(environment)
    let needsEngine = settings.whisperURL == nil
    return Server(
      environment: environment, routes: reading(environment) + jobAPI.routes,
      services: try workers(environment) + jobAPI.services(), gate: try await gate(environment),
      engine: needsEngine ? try Composition.whisperEngine(home: home, settings: settings).identity : nil)
  }

  /// CommentBot's own routes that change no job, one set a subject.
  private static func reading(_ environment: APIEnvironment) -> [any RouteSet] {
    let allowed = environment.settings.jobs.allowedPaths.map { URL(filePath: $0, directoryHint: .isDirectory) }
    return [
      RecordingRoutes(environment: environment),
      AudioRoutes(environment: environment, roots: [environment.home.inbox] + allowed),
      TranscriptRoutes(environment: environment), QuestionRoutes(environment: environment),
      SearchRoutes(environment: environment), PromptRoutes(environment: environment),
    ]
  }

  private static func workers(_ environment: APIEnvironment) throws -> [any Service] {
    let composition = Composition(
      home: environment.home, settings: environment.settings, library: environment.library, cache: environment.cache)
    var options = Worker.Options()
    options.lease = .seconds(environment.settings.jobs.lease)
    return try JobServices.make(
      composition, store: environment.jobs, workers: environment.settings.serve.workers, options: options,
      inbox: environment.home.inboxAudio, logger: environment.logger, metrics: JobMetrics(environment.registry))
  }

  private static func gate(_ environment: APIEnvironment) async throws -> Gate {
    let settings = environment.settings.serve
    let isLocalOnly = SenderCheck.isLocal(settings.host)
    var tokens: TokenVerifier?
    if let jwt = settings.jwt { tokens = try await TokenVerifier(jwt) }
    let authenticator = Authenticator(library: environment.library, tokens: tokens, isLocalOnly: isLocalOnly)
    try await authenticator.requireDoor(host: settings.host)
    return Gate(authenticator: authenticator, settings: settings)
  }

  /// Serves until the task is cancelled; then takes no more work, finishes what is going on, and returns.
  /// - Parameters:
  ///   - onStopping: called when the task is cancelled.
  ///   - onReady: called with the port when connections are taken.
  func run(
    onStopping: @escaping @Sendable () -> Void = {}, onReady: @escaping @Sendable (Int) -> Void
  ) async throws {
    let (settings, home) = (environment.settings, environment.home)
    let folder = try TemporaryFolder()
    let desk = TranscriptionDesk(speech, folder: folder.url, registry: environment.registry) {
      try Composition.whisperEngine(home: home, settings: settings)
    }
    try await HTTPService(
      host: settings.serve.host, port: settings.serve.port, router: router(desk), queue: desk.queue,
      services: services, patience: .seconds(settings.serve.patience), grace: .seconds(settings.serve.grace),
      logger: environment.logger
    ).run(onStopping: onStopping, onReady: onReady)
    folder.remove()
  }

  /// All routes, with what describes them.
  func routeSets(_ desk: TranscriptionDesk) -> [any RouteSet] {
    let speech: [any RouteSet] = engine.map { [SpeechRoutes(desk: desk, engine: $0), ASRRoutes(desk: desk)] } ?? []
    let all = speech + [modelRoutes] + operatorRoutes(desk) + routes
    return all + [DocumentationRoutes(of: all)]
  }

  private func router(_ desk: TranscriptionDesk) -> Router<ServiceContext> {
    let all = routeSets(desk)
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    router.add(
      middleware: RequestMiddleware(
        sender: SenderCheck(
          host: environment.settings.serve.host, origins: environment.settings.serve.corsOrigins),
        proxies: environment.settings.serve.proxies,
        gate: gate, routes: RouteTable(all), metrics: HTTPMetrics(registry: environment.registry),
        answer: Self.answer))
    for set in all { set.add(to: router) }
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

  private func operatorRoutes(_ desk: TranscriptionDesk) -> [any RouteSet] {
    let figures = ServerFigures(environment: environment)
    return [
      ReadinessRoutes(
        checks: ReadinessChecks(environment: environment).all, queue: desk.queue, logger: environment.logger),
      MetricsRoutes(
        registry: environment.registry, isOpen: SenderCheck.isLocal(environment.settings.serve.host)
      ) {
        await desk.observe()
        try await figures.observe()
      },
    ]
  }

  /// OpenAI's clients understand OpenAI's error objects; all others are told by problem details.
  @Sendable private static func answer(
    _ failure: ServiceFailure, to request: Request, in context: ServiceContext
  ) -> Response {
    let isSpeech = ["/v1/audio/", "/asr", "/detect-language"].contains { request.uri.path.hasPrefix($0) }
    return isSpeech
      ? failure.response : UploadRoutes.mark(failure.problem(requestID: context.id), to: request)
  }
}
