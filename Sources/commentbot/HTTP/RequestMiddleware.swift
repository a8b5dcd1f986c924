import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Around every request: refuses what a web page sends, makes errors to answers, counts and logs.
struct RequestMiddleware: RouterMiddleware {
  typealias Context = ServiceContext

  let metrics: ServiceMetrics
  /// Makes an answer of an error.
  let answer: @Sendable (ServiceFailure, Request, ServiceContext) -> Response
  /// Whether only names of this machine may stand in a request's `Host`.
  let isLocalOnly: Bool
  let logger: Logger

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var response: Response
    do {
      try checkSender(request)
      response = try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      let failure = ServiceFailure(
        .notFound, "there is no \(request.method.rawValue) \(request.uri.path) here", code: "unknown_url")
      response = answer(failure, request, context)
    } catch {
      let failure = ServiceFailure(error)
      if failure.status.code >= 500 { logger.error("\(failure.message)") }
      response = answer(failure, request, context)
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.cacheControl] = "no-store"
    let route = response.status == .notFound ? "other" : context.endpointPath ?? "other"
    metrics.count(route: route, status: response.status.code)
    let time = TimeText.span((ContinuousClock.now - start) / .seconds(1))
    logger.notice("\(request.method.rawValue) \(route) \(response.status.code) after \(time)")
    return response
  }

  /// A page in a browser on this machine reaches it too, under a name of its own if it wants: neither may be.
  private func checkSender(_ request: Request) throws {
    let host = request.head.authority ?? ""
    if isLocalOnly, !Self.isLocal(Self.name(host)) {
      throw ServiceFailure(.forbidden, "the host '\(host)' is not this machine", code: "wrong_host")
    }
    if let origin = request.headers[.origin], origin != "http://\(host)" {
      throw ServiceFailure(.forbidden, "web pages may not use this service", code: "wrong_origin")
    }
  }

  /// Whether only this machine can be meant.
  static func isLocal(_ host: String) -> Bool {
    ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
  }

  /// Without the port.
  private static func name(_ host: String) -> String {
    guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy(\.isNumber) else { return host }
    return String(host[..<colon]).lowercased()
  }
}
