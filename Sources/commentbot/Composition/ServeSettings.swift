import CommentCore
import Configuration
import Foundation

/// What of the service can be set outside the command line.
struct ServeSettings: Sendable, Equatable {
  /// `serve.host`: a name or an address, that of IPv6 without brackets.
  var host = "127.0.0.1"
  /// `serve.port`; 0 takes a free one.
  var port = 8080
  /// `serve.public_url`: where clients reach it through a proxy, such as https://example.org;
  /// `diagnose` looks at what is in front by it.
  var publicURL: String?
  /// `serve.workers`: jobs that are worked on at once.
  var workers = 1
  /// `serve.grace`: seconds that requests have to end when the service is to stop.
  var grace = 30
  /// `serve.patience`: seconds that a client may keep the server waiting for a request's body.
  var patience = 20
  /// `serve.cors_origins`: web pages that may use it, such as https://example.org.
  var corsOrigins: [String] = []
  /// `serve.trusted_proxies`: proxies whose `X-Forwarded-For` is believed: addresses and
  /// ranges such as 10.0.0.0/8.
  var proxies = TrustedProxies()
  /// `serve.key_limit`: requests a minute by one key; 0 is no limit.
  var keyLimit = 1200
  /// `serve.address_limit`: requests a minute from another machine; 0 is no limit.
  var addressLimit = 3000
  /// `serve.failure_limit`: wrong keys a minute from one address; 0 is no limit.
  var failureLimit = 20
  /// How tokens of another system are checked; nil takes keys only.
  var jwt: JWTSettings?

  init() {}

  /// - Throws: ``CommentBotError`` with code `configuration`; what the reader throws when a value is malformed.
  init(reading config: ConfigReader) async throws {
    host = try await config.fetchString(forKey: "serve.host", default: host)
    port = try await config.fetchInt(forKey: "serve.port", default: port)
    publicURL = try await config.fetchString(forKey: "serve.public_url")
    workers = try await config.fetchInt(forKey: "serve.workers", default: workers)
    grace = try await config.fetchInt(forKey: "serve.grace", default: grace)
    patience = try await config.fetchInt(forKey: "serve.patience", default: patience)
    corsOrigins = try await config.fetchString(forKey: "serve.cors_origins", default: "")
      .split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let networks = try await config.fetchString(forKey: "serve.trusted_proxies", default: "")
    proxies = try TrustedProxies(
      networks: networks.split(separator: ",").map { try Self.network($0.trimmingCharacters(in: .whitespaces)) })
    keyLimit = try await config.fetchInt(forKey: "serve.key_limit", default: keyLimit)
    addressLimit = try await config.fetchInt(forKey: "serve.address_limit", default: addressLimit)
    failureLimit = try await config.fetchInt(forKey: "serve.failure_limit", default: failureLimit)
    jwt = try await JWTSettings(reading: config)
    try check()
  }

  private static func network(_ text: String) throws -> NetworkRange {
    guard let network = NetworkRange(text) else {
      throw CommentBotError(
        .configuration, "use", "serve.trusted_proxies = \(text)", cause: "it is no address and no range of addresses",
        hint: "give addresses such as 127.0.0.1 and ranges such as 10.0.0.0/8, with commas between them")
    }
    return network
  }

  /// - Throws: ``CommentBotError`` with code `configuration` when a value is out of its range.
  func check() throws {
    try Self.check(port, "serve.port", in: 0...65_535)
    try Self.check(workers, "serve.workers", in: 0...64)
    try Self.check(grace, "serve.grace", in: 0...3600)
    try Self.check(patience, "serve.patience", in: 1...3600)
    for (limit, name) in [(keyLimit, "key"), (addressLimit, "address"), (failureLimit, "failure")] {
      try Self.check(limit, "serve.\(name)_limit", in: 0...10_000_000)
    }
    if let publicURL, !Self.isAddress(publicURL) {
      throw CommentBotError(
        .configuration, "use", "serve.public_url = \(publicURL)", cause: "it is no http or https address",
        hint: "export COMMENTBOT_SERVE_PUBLIC_URL=https://HOST")
    }
    for origin in corsOrigins where !Self.isOrigin(origin) {
      throw CommentBotError(
        .configuration, "use", "serve.cors_origins = \(origin)", cause: "it is no origin",
        hint: "give scheme, name and port alone, such as https://example.org; * is not taken")
    }
  }

  private static func check(_ value: Int, _ key: String, in range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw CommentBotError(
        .configuration, "use", "\(key) = \(value)",
        cause: "it must lie between \(range.lowerBound) and \(range.upperBound)", hint: "give another number")
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased() else { return false }
    return ["http", "https"].contains(scheme) && parts.host?.isEmpty == false && parts.user == nil
      && parts.query == nil && parts.fragment == nil
  }

  /// As browsers write it: in lower case, with nothing behind the port.
  private static func isOrigin(_ text: String) -> Bool {
    text.wholeMatch(of: #/https?://[a-z0-9.\-]+(:[0-9]{1,5})?/#) != nil
  }
}
