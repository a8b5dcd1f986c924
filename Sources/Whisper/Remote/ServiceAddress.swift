import CommentCore
import Foundation

/// Where a whisper service listens: an http or https address, with or without the `/v1` that OpenAI's clients are
/// given.
public struct ServiceAddress: Sendable, Equatable {
  /// The address before `/v1/…`, without a slash at its end.
  public let base: String
  let isSecure: Bool
  private let host: String

  /// - Throws: ``CommentBotError`` with code `configuration`, which does not repeat what stands before an `@`.
  public init(_ text: String) throws {
    let text = text.trimmingCharacters(in: .whitespaces.union(CharacterSet(charactersIn: "\"'")))
    func malformed(_ cause: String) -> CommentBotError {
      let shown = text.replacing(/^([a-zA-Z]*:\/\/)?.*@/) { "\($0.output.1 ?? "")…@" }
      return CommentBotError(
        .configuration, "use", "\(shown) as the whisper service's address", cause: cause,
        hint: "correct WHISPER_URL, whisper.url or --whisper-url; an address is for example http://127.0.0.1:9000")
    }
    guard !text.contains("@") else {
      throw malformed("a user name does not belong there; put a key into WHISPER_API_KEY")
    }
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased() else {
      throw malformed("it is not an address")
    }
    guard ["http", "https"].contains(scheme) else { throw malformed("\(scheme) is neither http nor https") }
    guard let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil else {
      throw malformed("it is not the address of a machine")
    }
    guard parts.port.map({ (1...65_535).contains($0) }) ?? !text.dropFirst(scheme.count + 3).hasSuffix(":") else {
      throw malformed("its port must lie between 1 and 65535")
    }
    isSecure = scheme == "https"
    self.host = host.lowercased()
    var path = parts.percentEncodedPath.split(separator: "/")
    if path.last == "v1" { path.removeLast() }
    let port = parts.port.map { ":\($0)" } ?? ""
    base = "\(scheme)://\(host)\(port)" + path.map { "/\($0)" }.joined()
  }

  /// Whether a key that is sent there crosses no network in the clear.
  var keepsSecrets: Bool {
    isSecure || ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host)
  }
}
