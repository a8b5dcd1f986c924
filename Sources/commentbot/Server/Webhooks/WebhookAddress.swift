import CommentCore
import Foundation

/// An address to call back: http or https, a name and nothing that could be read in two ways.
struct WebhookAddress: Sendable, Equatable {
  /// Without user, password and fragment.
  let url: String
  /// A name, or an address, that of IPv6 without brackets.
  let host: String
  let port: Int

  /// - Throws: ``CommentBotError`` with code `usage`.
  init(_ text: String) throws {
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }),
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty
    else { throw Self.wrong(text, "it is no http or https address") }
    guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
      throw Self.wrong(text, "it must have no user, no password and no fragment")
    }
    let isName = host.wholeMatch(of: #/[a-z0-9]([a-z0-9._\-]*[a-z0-9])?/#) != nil
    let isAddress = host.wholeMatch(of: #/\[[0-9a-f:.]+\]/#) != nil
    guard isName || isAddress, (1...65_535).contains(parts.port ?? 1) else {
      throw Self.wrong(text, "its host or port is malformed")
    }
    self.host = isAddress ? String(host.dropFirst().dropLast()) : host
    port = parts.port ?? (scheme == "https" ? 443 : 80)
    // Put together anew: what is sent is what was looked at.
    let query = parts.percentEncodedQuery.map { "?" + $0 } ?? ""
    let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    url = "\(scheme)://\(host):\(port)\(path)\(query)"
  }

  private static func wrong(_ text: String, _ cause: String) -> CommentBotError {
    CommentBotError(.usage, "call back", text.debugDescription, cause: cause, hint: "give https://host/path")
  }

  /// Asks the name service, and gives the address to connect to. Blocks.
  /// - Throws: ``CommentBotError`` with code `unreachable` when there is none, `permission` when one of them is not
  ///   public.
  func publicAddress() throws -> String {
    let addresses = try NetworkAddress.resolve(host)
    if let other = addresses.first(where: { !$0.isPublic }) {
      throw CommentBotError(
        .permission, "call back", url, cause: "\(host) is \(other.text), which is no public address",
        hint: "commentbot serve --allow-private-callbacks")
    }
    return addresses[0].text
  }
}
