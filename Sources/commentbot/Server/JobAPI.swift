import CommentCore
import ServiceLifecycle

/// The writing side of the API, and what works beside it.
enum JobAPI {
  /// - Throws: ``CommentBotError`` with code `configuration`.
  static func routes(_ environment: APIEnvironment) throws -> [any RouteSet] {
    let intake = try intake(environment)
    let signal = JobEventSignal(jobs: environment.jobs)
    return [
      JobRoutes(environment: environment, intake: intake, signal: signal),
      BatchRoutes(environment: environment, intake: intake, signal: signal),
      DeliveryRoutes(environment: environment),
      UploadRoutes(uploads: ResumableUploads(library: environment.library, intake: intake)),
    ]
  }

  /// Workers, callbacks and schedules.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  static func services(_ environment: APIEnvironment) throws -> [any Service] {
    let (home, settings) = (environment.home, environment.settings)
    let inbox = AudioInbox(folder: home.inbox)
    let composition = Composition(
      home: home, settings: settings, library: environment.library, cache: environment.cache)
    let workers = try JobServices.make(
      composition, store: environment.jobs, workers: settings.serve.workers,
      inbox: { try inbox.file(of: $0.order.audioHash, name: $0.order.name) }, logger: environment.logger)
    let webhooks = WebhookService(
      library: environment.library, jobs: environment.jobs, secret: try settings.jobs.webhookSecret(),
      allowsPrivate: settings.jobs.allowsPrivateCallbacks, metrics: environment.registry, logger: environment.logger)
    return workers + [webhooks] + Schedules(environment: environment, uploads: ResumableUploads(
      library: environment.library, intake: try intake(environment))).services
  }

  private static func intake(_ environment: APIEnvironment) throws -> JobIntake {
    try JobIntake(
      home: environment.home, library: environment.library, jobs: environment.jobs, settings: environment.settings.jobs)
  }
}
