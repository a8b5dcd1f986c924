import CommentCore
import HTTPTypes
import Hummingbird

/// Who may come in, and how often.
struct Gate: Sendable {
  let authenticator: Authenticator
  /// Paths that need no key.
  let open: Set<String>
  let keys: RateLimiter
  let addresses: RateLimiter
  let failures: RateLimiter

  init(authenticator: Authenticator, open: Set<String>, settings: ServeSettings) {
    self.authenticator = authenticator
    self.open = open
    keys = RateLimiter(perMinute: settings.keyLimit)
    addresses = RateLimiter(perMinute: settings.addressLimit)
    failures = RateLimiter(perMinute: settings.failureLimit)
  }

  /// Says in the context who it is.
  /// - Returns: how often the key may still ask; nil without a limit.
  /// - Throws: ``ServiceFailure`` with status 401, 403 or 429.
  func admit(_ request: Request, _ context: inout ServiceContext) async throws -> RateLimit? {
    // Behind a proxy on this machine all addresses are this machine's: they tell nothing.
    if let address = context.address, !address.isLoopback {
      try addresses.take(address.network)?.check("requests from \(address.text)")
    }
    if open.contains(request.uri.path) { return nil }
    context.principal = try await identify(request, context)
    let rate = context.principal.key.flatMap { keys.take($0) }
    try rate?.check("requests with this key")
    try context.principal.require([.get, .head, .options].contains(request.method) ? .read : .write)
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
