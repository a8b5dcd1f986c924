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

  /// Callbacks and schedules.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  static func services(_ environment: APIEnvironment) throws -> [any Service] {
    let settings = environment.settings.jobs
    let webhooks = WebhookService(
      library: environment.library, jobs: environment.jobs, secret: try settings.webhookSecret(),
      allowsPrivate: settings.allowsPrivateCallbacks, metrics: environment.registry, logger: environment.logger)
    let uploads = ResumableUploads(library: environment.library, intake: try intake(environment))
    // Without it, only the log would say that there are no backups.
    if settings.backupFolder != nil { _ = try settings.backupPassphrase() }
    return [webhooks] + Schedules(environment: environment, uploads: uploads).services
  }

  private static func intake(_ environment: APIEnvironment) throws -> JobIntake {
    try JobIntake(
      home: environment.home, library: environment.library, jobs: environment.jobs, settings: environment.settings.jobs)
  }
}
