import CommentCore
import HTTPTypes
import Hummingbird

/// Who may come in, and how often.
struct Gate: Sendable {
  let authenticator: Authenticator
  let keys: RateLimiter
  let addresses: RateLimiter
  let failures: RateLimiter

  init(authenticator: Authenticator, settings: ServeSettings) {
    self.authenticator = authenticator
    keys = RateLimiter(perMinute: settings.keyLimit)
    addresses = RateLimiter(perMinute: settings.addressLimit)
    failures = RateLimiter(perMinute: settings.failureLimit)
  }

  /// Says in the context who it is.
  /// - Parameter routes: say what a key must allow. Where there is no such route, any key is told so.
  /// - Returns: how often the key may still ask; nil without a limit.
  /// - Throws: ``ServiceFailure`` with status 401, 403 or 429.
  func admit(
    _ request: Request, to routes: RouteTable, _ context: inout ServiceContext
  ) async throws -> RateLimit? {
    // Behind a proxy on this machine all addresses are this machine's: they tell nothing.
    if let address = context.address, !address.isLoopback {
      try addresses.take(address.network)?.check("requests from \(address.text)")
    }
    let scope = context.endpointPath.map { routes.scope(request.method, $0) }
    if case .some(nil) = scope { return nil }
    context.principal = try await identify(request, context)
    let rate = context.principal.key.flatMap { keys.take($0) }
    try rate?.check("requests with this key")
    if let scope = scope ?? nil { try context.principal.require(scope) }
    return rate
  }

  /// A right key is never limited by the wrong ones of others from the same address.
  private func identify(_ request: Request, _ context: ServiceContext) async throws -> Principal {
    do {
      return try await authenticator.principal(of: request)
    } catch let failure as ServiceFailure where failure.status == .unauthorized {
      try failures.take(context.address?.network ?? "")?.check("wrong keys")
      throw failure
    }
  }
}
