import CommentCore
import Foundation
import Logging
import Metrics
import ServiceLifecycle

/// Tells of the ends of jobs whoever has asked to be told.
struct WebhookService: Service {
  /// Deliveries at once: an address that does not answer holds up one.
  private static let lanes = 4
  /// Between two looks at an empty list.
  private static let pause = Duration.seconds(1)
  /// After which another process may try what this one has taken.
  private static let lease = 120.0

  let library: Library
  let jobs: any JobStore
  let sender: WebhookSender
  let metrics: any MetricsFactory
  let logger: Logger

  init(
    library: Library, jobs: any JobStore, secret: String?, allowsPrivate: Bool, metrics: any MetricsFactory,
    logger: Logger
  ) {
    (self.library, self.jobs, self.metrics, self.logger) = (library, jobs, metrics, logger)
    sender = WebhookSender(secret: secret, allowsPrivate: allowsPrivate)
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        for _ in 0..<Self.lanes { group.addTask { await work() } }
      }
    }
  }

  private func work() async {
    while !Task.isCancelled {
      do {
        if try await deliverNext() { continue }
      } catch {
        logger.error("a callback could not be made: \(error)")
      }
      try? await Task.sleep(for: Self.pause)
    }
  }

  /// - Returns: whether there was one.
  func deliverNext() async throws -> Bool {
    guard let delivery = try await library.claimDelivery(until: Date(timeIntervalSinceNow: Self.lease)) else {
      return false
    }
    let history = try await jobs.history(of: delivery.job, owner: delivery.owner)
    let outcome = await sender.send(delivery, JobView(history).withoutPaths)
    let number = delivery.tries.count + 1
    let (state, runAt) = WebhookBackoff.next(after: outcome, number: number, at: outcome.attempt.at)
    try await library.record(outcome.attempt, of: delivery, state: state, runAt: runAt)
    Counter(label: "commentbot_webhook_tries_total", dimensions: [("state", state.rawValue)], factory: metrics)
      .increment()
    logger.log(
      level: state == .failed ? .warning : .info, "callback \(state.rawValue)",
      metadata: [
        "job_id": "\(delivery.job)", "try": "\(number)",
        "status": "\(outcome.attempt.status.map(String.init) ?? outcome.attempt.error ?? "")",
      ])
    return true
  }
}

/// When a delivery is tried again, and when it is given up.
enum WebhookBackoff {
  static let maxTries = 10
  private static let base = 5.0
  private static let longest = 3600.0

  static func next(
    after outcome: WebhookSender.Outcome, number: Int, at time: Date
  ) -> (state: WebhookDelivery.State, runAt: Date) {
    if outcome.attempt.error == nil { return (.delivered, time) }
    if outcome.isHopeless || number >= maxTries { return (.failed, time) }
    return (.pending, time.addingTimeInterval(min(longest, base * pow(3, Double(number - 1)))))
  }
}
