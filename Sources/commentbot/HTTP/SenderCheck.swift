import Foundation
import HTTPTypes
import Hummingbird

/// Tells apart what browsers send for web pages: a page on this machine reaches a local port too, under a name of its
/// own if it wants.
struct SenderCheck: Sendable {
  /// Whether only names of this machine may stand in a request's `Host`.
  let isLocalOnly: Bool
  /// Pages of others that may use the service, as browsers write them.
  var origins: [String] = []

  init(host: String, origins: [String] = []) {
    isLocalOnly = Self.isLocal(host)
    self.origins = origins
  }

  /// - Throws: ``ServiceFailure`` with status 403.
  func check(_ request: Request) throws {
    let host = request.head.authority ?? ""
    if isLocalOnly, !Self.isLocal(Self.name(host)) {
      throw ServiceFailure(.forbidden, "the host '\(host)' is not this machine", code: "wrong_host")
    }
    if let origin = request.headers[.origin], !Self.isOwn(origin, host), !origins.contains(origin) {
      throw ServiceFailure(
        .forbidden, "web pages may not use this service", code: "wrong_origin",
        hint: "commentbot serve --cors-origin ORIGIN    # lets one in")
    }
  }

  /// The answer when a browser asks whether a page may send a request; nil when it asks nothing.
  func preflight(_ request: Request) -> Response? {
    guard request.method == .options, request.headers[.accessControlRequestMethod] != nil,
      let origin = request.headers[.origin], origins.contains(origin)
    else { return nil }
    return Response(
      status: .noContent,
      headers: [
        .accessControlAllowMethods: "GET, HEAD, POST, PATCH, PUT, DELETE",
        .accessControlAllowHeaders: """
        Authorization, X-API-Key, X-Request-ID, Content-Type, Idempotency-Key, Last-Event-ID, Range, Tus-Resumable, \
        Upload-Length, Upload-Offset, Upload-Metadata
        """,
        .accessControlMaxAge: "600",
      ])
  }

  /// What lets a page of another origin read the answer. There are no cookies that would need credentials.
  func headers(for request: Request) -> HTTPFields {
    guard !origins.isEmpty else { return [:] }
    guard let origin = request.headers[.origin], origins.contains(origin) else { return [.vary: "Origin"] }
    return [
      .vary: "Origin", .accessControlAllowOrigin: origin,
      .accessControlExposeHeaders: """
      Location, X-Request-ID, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Tus-Resumable, \
      Upload-Offset, Upload-Length
      """,
    ]
  }

  /// Whether only this machine can be meant.
  static func isLocal(_ host: String) -> Bool {
    ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
  }

  /// Pages of this server itself; its proxy may speak TLS.
  private static func isOwn(_ origin: String, _ host: String) -> Bool {
    origin == "http://\(host)" || origin == "https://\(host)"
  }

  /// Without the port.
  private static func name(_ host: String) -> String {
    guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy(\.isNumber) else {
      return host.lowercased()
    }
    return String(host[..<colon]).lowercased()
  }
}
