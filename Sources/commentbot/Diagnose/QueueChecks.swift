import CommentCore
import Foundation

/// Jobs that do not get on.
enum QueueChecks {
  /// Seconds that a job may wait while nobody works, and while somebody does.
  private static let longWait = 600.0
  private static let veryLongWait = 86_400.0
  /// Seconds without a sign of a worker after which its job should have been taken from it: a lease is a minute.
  private static let longSilence = 300.0

  static let all = [
    Check(.queue, "waiting", "the job that has waited for longest") { try await figures($0).map(waiting) },
    Check(.queue, "stuck", "jobs whose worker gives no sign") { try await figures($0).map(stuck) },
    Check(.queue, "failed", "jobs that were given up") { try await figures($0).map(failed) },
    Check(.queue, "callbacks", "callbacks that were given up") { try await figures($0).map(callbacks) },
  ]

  /// nil where there is no library.
  private static func figures(_ diagnosis: Diagnosis) async throws -> QueueFigures? {
    guard let library = try await diagnosis.currentLibrary() else { return nil }
    let now = diagnosis.now()
    return try await Blocking.run { try library.queueFigures(at: now) }
  }

  private static func waiting(_ figures: QueueFigures) -> Finding {
    let counts = "\(figures.queued) waiting, \(figures.running) worked on"
    guard let wait = figures.oldestWait else { return .ok(counts) }
    let text = "\(counts); the oldest waits for \(TimeText.span(wait))"
    if wait > longWait, figures.running == 0 {
      return .failure("\(text), and nobody works", fix: "commentbot worker    # or serve with --workers 1")
    }
    return wait > veryLongWait
      ? .warning(text, fix: "commentbot worker    # one more, on another machine with the same library") : .ok(text)
  }

  private static func stuck(_ figures: QueueFigures) -> Finding {
    guard let (job, silence) = figures.silent, silence > longSilence else { return .ok("every worker gives signs") }
    return .failure(
      "the worker of job \(job) has given no sign for \(TimeText.span(silence))",
      fix: "commentbot worker    # takes it over after a minute")
  }

  private static func failed(_ figures: QueueFigures) -> Finding {
    guard figures.failed > 0 else { return .ok("no job was given up") }
    let last = figures.lastFailed.map { "; the last one: \($0.cause)" } ?? ""
    let id = figures.lastFailed?.job ?? "ID"
    return .warning(
      "\(CountText.of(figures.failed, "job")) given up\(last)",
      fix: "commentbot jobs list --state failed    # then: commentbot jobs retry \(id)")
  }

  private static func callbacks(_ figures: QueueFigures) -> Finding {
    figures.lostCallbacks == 0
      ? .ok("no callback was given up")
      : .warning(
        "\(CountText.of(figures.lostCallbacks, "callback")) given up",
        fix: "commentbot jobs list    # GET /v1/jobs/ID/deliveries says why")
  }
}
