import CommentCore
import Hummingbird
import Logging
import NIOCore

/// Something without which the service cannot work.
struct ReadinessCheck: Sendable {
  var name: String
  /// Throws what is wrong.
  var run: @Sendable () async throws -> Void
}

/// Whether the service runs, and whether it can work.
struct ReadinessRoutes: RouteSet {
  let checks: [ReadinessCheck]
  let queue: TranscriptionQueue
  let logger: Logger

  func add(to router: Router<ServiceContext>) {
    router.get("health/live") { _, _ in SpeechResponse.text("ok\n") }
    router.get("health/ready") { _, _ in try await answer() }
  }

  private func answer() async throws -> Response {
    let results = await withTaskGroup(of: (String, Result).self) { group in
      for check in checks { group.addTask { (check.name, await result(of: check)) } }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    let isReady = !queue.isStopping && results.values.allSatisfy(\.isReady)
    let status = queue.isStopping ? "stopping" : isReady ? "ready" : "not_ready"
    var response = try SpeechResponse.json(Answer(status: status, checks: results))
    response.status = isReady ? .ok : .serviceUnavailable
    return response
  }

  /// Everybody may ask this: the answer holds no more than a code, the log holds the rest.
  private func result(of check: ReadinessCheck) async -> Result {
    do {
      try await check.run()
      return Result(isReady: true)
    } catch {
      logger.warning("\(check.name) is not ready: \(error)")
      return Result(isReady: false, code: ServiceFailure(error).code ?? "error")
    }
  }

  private struct Answer: Encodable {
    var status: String
    var checks: [String: Result]
  }

  private struct Result: Encodable {
    var isReady: Bool
    var code: String?

    enum CodingKeys: String, CodingKey {
      case isReady = "ready"
      case code
    }
  }
}
