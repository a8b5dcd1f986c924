import CommentCore
import ServiceLifecycle

/// The writing side of the API, and what works beside it.
struct JobAPI {
  let environment: APIEnvironment
  private let intake: JobIntake
  /// The same ones for requests and for the schedule that gives up old ones: neither is to get in the other's way.
  private let uploads: ResumableUploads

  /// - Throws: ``CommentBotError`` with code `configuration`.
  init(_ environment: APIEnvironment) throws {
    self.environment = environment
    intake = try JobIntake(
      home: environment.home, library: environment.library, jobs: environment.jobs, settings: environment.settings)
    uploads = ResumableUploads(library: environment.library, intake: intake)
  }

  var routes: [any RouteSet] {
    let signal = JobEventSignal(jobs: environment.jobs)
    return [
      CommentRoutes(environment: environment, intake: intake),
      JobRoutes(environment: environment, intake: intake, signal: signal),
      BatchRoutes(environment: environment, intake: intake, signal: signal),
      DeliveryRoutes(environment: environment), UploadRoutes(uploads: uploads),
    ]
  }

  /// Callbacks and schedules.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  func services() throws -> [any Service] {
    let settings = environment.settings.jobs
    let webhooks = WebhookService(
      library: environment.library, jobs: environment.jobs, secret: try settings.webhookSecret(),
      allowsPrivate: settings.allowsPrivateCallbacks, metrics: environment.registry, logger: environment.logger)
    // Without it, only the log would say that there are no backups.
    if settings.backupFolder != nil { _ = try settings.backupPassphrase() }
    return [webhooks] + Schedules(environment: environment, uploads: uploads).services
  }
}
