import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Around every request: lets it in or not, makes errors to answers, counts and logs.
struct RequestMiddleware: RouterMiddleware {
  typealias Context = ServiceContext

  let sender: SenderCheck
  /// Whose word on where a request comes from is taken.
  var proxies = TrustedProxies()
  /// Who may come in; nil where no keys are asked for.
  var gate: Gate?
  let routes: RouteTable
  let metrics: HTTPMetrics
  /// Makes an answer of an error.
  let answer: @Sendable (ServiceFailure, Request, ServiceContext) -> Response

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var context = context
    context.id = Self.id(for: request) ?? context.id
    context.address = proxies.client(of: request, from: context.address)
    if gate != nil { context.principal = .nobody }
    var rate: RateLimit?
    var response: Response
    do {
      try sender.check(request)
      if let preflight = sender.preflight(request) {
        response = preflight
      } else {
        rate = try await gate?.admit(request, to: routes, &context)
        response = try await next(request, context)
      }
    } catch {
      let failure = failure(error, of: request)
      if failure.status.code >= 500 {
        context.logger.error("\(failure.logMessage ?? failure.message)", metadata: context.logged)
      }
      response = answer(failure, request, context)
      if request.method == .head { response = response.createHeadResponse() }
    }
    response.headers.secure()
    response.headers.append(contentsOf: rate?.headers ?? [:])
    response.headers.append(contentsOf: sender.headers(for: request))
    response.headers[.requestID] = context.id
    tell(of: request, response, context, ContinuousClock.now - start)
    return response
  }

  private func failure(_ error: any Error, of request: Request) -> ServiceFailure {
    guard let error = error as? HTTPError, error.status == .notFound else { return ServiceFailure(error) }
    let methods = routes.methods(for: request.uri.path)
    let what = "\(request.method.rawValue) \(request.uri.path)"
    guard !methods.isEmpty else {
      let hint = routes.methods(for: "/docs").isEmpty ? nil : "all routes are at /docs"
      return ServiceFailure(.notFound, "there is no \(what) here", code: "unknown_url", hint: hint)
    }
    return ServiceFailure(
      .methodNotAllowed, "there is no \(what) here", code: "wrong_method",
      hint: "use \(methods.joined(separator: " or "))", headers: [.allow: methods.joined(separator: ", ")])
  }

  /// One line a request, with the route as it is declared: a path or a query may hold what people said.
  private func tell(of request: Request, _ response: Response, _ context: Context, _ time: Duration) {
    let isUnknown =
      switch response.status {
      case .methodNotAllowed: true
      // The router calls an address that it does not know a route of its own.
      case .notFound: routes.methods(for: request.uri.path).isEmpty
      default: false
      }
    let route = isUnknown ? "other" : context.endpointPath ?? "other"
    metrics.count(method: request.method, route: route, status: response.status, time: time)
    var facts = context.logged
    facts["duration_ms"] = .stringConvertible(Int(time / .milliseconds(1)))
    facts["job_id"] = Self.job(in: request, route).map { .string($0) }
    context.logger.info("\(request.method.rawValue) \(route) \(response.status.code)", metadata: facts)
  }

  /// The job that the route is about.
  private static func job(in request: Request, _ route: String) -> String? {
    guard route.hasPrefix("/v1/jobs/{") else { return nil }
    return request.uri.path.split(separator: "/").dropFirst(2).first.map(String.init)
  }

  /// The client's own id, if it is one that can stand in a log.
  private static func id(for request: Request) -> String? {
    request.headers[.requestID].flatMap { $0.wholeMatch(of: #/[A-Za-z0-9._\-]{1,64}/#) == nil ? nil : $0 }
  }
}

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-ID")!
}
