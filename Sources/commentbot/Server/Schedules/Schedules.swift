import CommentCore
import Foundation
import Logging
import Metrics
import ServiceLifecycle

/// What is done now and then: each is a service with a line in the log and a metric.
struct Schedules: Sendable {
  private static let hour = Duration.seconds(3600)
  private static let day = hour * 24

  let environment: APIEnvironment
  let uploads: ResumableUploads

  var services: [any Service] {
    let settings = environment.settings.jobs
    let retention = Retention(
      home: environment.home, library: environment.library, jobs: environment.jobs, settings: settings)
    var schedules = [
      schedule("inbox", every: Self.hour) {
        let expired = try await uploads.removeExpired()
        let left = try await retention.removeLeftovers()
        return "\(expired) uploads expired, \(left) leftovers removed"
      },
      schedule("retention", every: Self.hour) { try await retention.run() },
      schedule("cache-trim", every: Self.hour) {
        [cache = environment.cache, budget = environment.settings.cacheBytes] in
        try await cache.trim(to: budget)
        let bytes = try await cache.entries().reduce(0) { $0 + $1.byteCount }
        return "the audio cache has \(TimeText.bytes(bytes))"
      },
      schedule("integrity", every: Self.day) { [library = environment.library] in
        let problems = try await library.integrityProblems()
        guard problems.isEmpty else {
          throw CommentBotError(
            .database, "rely on", library.url.path, cause: problems.prefix(3).joined(separator: "; "),
            hint: "commentbot diagnose")
        }
        return "the library is sound"
      },
    ]
    if let folder = settings.backupFolder {
      let backup = ScheduledBackup(
        home: environment.home, library: environment.library, folder: URL(filePath: folder), settings: settings)
      schedules.append(schedule("backup", every: Self.hour) { try await backup.runIfDue() })
    }
    return schedules
  }

  private func schedule(
    _ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> String?
  ) -> any Service {
    ScheduleService(
      name: name, interval: interval, metrics: environment.registry, logger: environment.logger, work: work)
  }
}

/// One thing that is done at the start and then again and again.
struct ScheduleService: Service {
  let name: String
  let interval: Duration
  let metrics: any MetricsFactory
  let logger: Logger
  /// What was done, for the log; nil when there was nothing to do.
  let work: @Sendable () async throws -> String?

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await runOnce()
        try? await Task.sleep(for: interval)
      }
    }
  }

  func runOnce() async {
    let start = ContinuousClock.now
    let result: String
    do {
      let done = try await work()
      if let done { logger.info("\(name): \(done)") }
      result = "succeeded"
    } catch {
      if Task.isCancelled { return }
      logger.error("\(name): \(error)")
      result = "failed"
    }
    Counter(
      label: "commentbot_schedule_runs_total", dimensions: [("schedule", name), ("result", result)], factory: metrics
    ).increment()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    Gauge(label: "commentbot_schedule_seconds", dimensions: [("schedule", name)], factory: metrics).record(seconds)
  }
}
