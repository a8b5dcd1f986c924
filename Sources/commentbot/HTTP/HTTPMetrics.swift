import HTTPTypes
import Metrics

/// Counts and times requests.
struct HTTPMetrics: Sendable {
  let registry: PrometheusRegistry

  /// - Parameter route: as it is declared, never as it was asked for, so that there are not more than a few.
  func count(method: HTTPRequest.Method, route: String, status: HTTPResponse.Status, time: Duration) {
    let method = Self.known.contains(method) ? method.rawValue : "other"
    Counter(
      label: "commentbot_http_requests_total",
      dimensions: [("method", method), ("route", route), ("status", "\(status.code)")], factory: registry
    ).increment()
    Timer(
      label: "commentbot_http_request_duration_seconds", dimensions: [("method", method), ("route", route)],
      factory: registry
    ).recordNanoseconds(Int64(time / .nanoseconds(1)))
  }

  private static let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}
