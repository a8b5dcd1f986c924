import CommentCore
import Foundation

/// Where an Ollama server listens, from `OLLAMA_HOST` in every form that Ollama's own clients accept:
/// `host`, `host:port`, `:port`, IPv6 with or without brackets, `scheme://[user:password@]host[:port][/path]`.
///
/// Without a scheme the port is 11434, after `http://` 80, after `https://` 443, and so it is in place of one that is
/// no port. The wildcard addresses `0.0.0.0` and `::`, which a server listens on, mean this machine to a client.
public struct OllamaHost: Sendable, Equatable {
  /// Whether it is https.
  public let isSecure: Bool
  /// Without brackets.
  public let host: String
  /// 1 to 65535.
  public let port: Int
  /// Empty, or with a slash before and none after.
  public let path: String
  /// What stands in place of a port and is none, such as `66000`: Ollama's own client takes the default then.
  public let ignoredPort: String?
  /// `user:password` for the proxy before the server; never in ``baseURL``, which people are shown.
  let credentials: String?

  /// - Parameter text: empty means the default, 127.0.0.1:11434.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  public init(_ text: String) throws {
    let text = text.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "\"'")))
    func malformed(_ cause: String) -> CommentBotError {
      CommentBotError(
        .configuration, "read", "OLLAMA_HOST=\(Self.withoutCredentials(text))", cause: cause,
        hint: "export OLLAMA_HOST=http://127.0.0.1:11434")
    }

    // Ollama's own client takes its maker's service over https, by this name alone.
    var rest = Substring(text == "ollama.com" ? "https://ollama.com" : text)
    var defaultPort = 11434
    var isSecure = false
    if let separator = rest.range(of: "://") {
      switch rest[..<separator.lowerBound].lowercased() {
      case "http": defaultPort = 80
      case "https": (defaultPort, isSecure) = (443, true)
      case let scheme: throw malformed("\(scheme) is neither http nor https")
      }
      rest = rest[separator.upperBound...]
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let path = rest[slash...].split(separator: "/").map { "/" + $0 }.joined()
    var authority = rest[..<slash]
    var credentials: String?
    if let at = authority.lastIndex(of: "@") {
      credentials = authority[..<at].removingPercentEncoding
      authority = authority[authority.index(after: at)...]
    }
    guard text.allSatisfy({ !$0.isWhitespace && $0 != "?" && $0 != "#" }) else {
      throw malformed("it is not an address")
    }

    var host = authority
    var port: Substring?
    if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
      host = authority[authority.index(after: authority.startIndex)..<bracket]
      let tail = authority[authority.index(after: bracket)...]
      guard tail.isEmpty || tail.first == ":" else { throw malformed("\(tail) is not a port") }
      port = tail.isEmpty ? nil : tail.dropFirst()
    } else if authority.count(where: { $0 == ":" }) == 1, let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }

    let isLeftOut = host.isEmpty && !authority.hasPrefix("[")
    guard isLeftOut || Self.isName(host) else { throw malformed("\(authority) is not the address of a machine") }

    let number = port.flatMap { Int($0) }.flatMap { (1...65535).contains($0) ? $0 : nil }
    self.isSecure = isSecure
    self.port = number ?? defaultPort
    self.path = path
    self.credentials = credentials
    ignoredPort = number == nil ? port.map(String.init) : nil
    switch host {
    case "", "0.0.0.0": self.host = "127.0.0.1"
    case "::": self.host = "::1"
    default: self.host = String(host)
    }
  }

  /// Whether it is this machine for certain: what is sent there goes over no network.
  var isLocal: Bool { ["127.0.0.1", "::1", "localhost"].contains(host.lowercased()) }

  /// The address before `/api/…`.
  public var baseURL: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(isSecure ? "https" : "http")://\(name):\(port)\(path)"
  }

  /// Whether it is an IPv6 address, with or without a zone, or looks like an IPv4 address or a name.
  private static func isName(_ host: Substring) -> Bool {
    if host.contains(":") {
      var address = in6_addr()
      return inet_pton(AF_INET6, String(host.prefix { $0 != "%" }), &address) == 1
    }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    // A name may end with the dot of the root.
    let named = labels.count > 1 && labels.last == "" ? labels.dropLast() : labels[...]
    return named.allSatisfy { label in
      !label.isEmpty && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }
  }

  /// The value of `Authorization`: the key, or else who stands in the address. Nothing over a network in the clear.
  func authorization(apiKey: String?) -> String? {
    guard isSecure || isLocal else { return nil }
    return apiKey.map { "Bearer \($0)" } ?? credentials.map { "Basic \(Data($0.utf8).base64EncodedString())" }
  }

  /// An address as it may be shown.
  public static func withoutCredentials(_ text: String) -> String {
    guard let at = text.lastIndex(of: "@") else { return text }
    let start = text.range(of: "://")?.upperBound ?? text.startIndex
    return start < at ? text[..<start] + "…" + text[at...] : text
  }
}
