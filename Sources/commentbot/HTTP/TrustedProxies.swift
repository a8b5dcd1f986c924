import Foundation
import HTTPTypes
import Hummingbird

/// Proxies whose `X-Forwarded-For` is believed. Anybody may send this header: of any other sender it counts for
/// nothing.
struct TrustedProxies: Sendable, Equatable {
  var networks: [NetworkRange] = []

  /// Where a request comes from: each proxy appends who it has it from, so that the last entry that is no proxy's
  /// counts, and those before it are what that one may have made up.
  /// - Parameter peer: the other end of the connection.
  func client(of request: Request, from peer: ClientAddress?) -> ClientAddress? {
    guard var client = peer, isTrusted(client) else { return peer }
    let entries = request.headers[values: .forwardedFor].joined(separator: ",").split(separator: ",")
    for entry in entries.reversed() {
      // One that is no address is nobody's; the proxy that tells it is.
      guard let address = Self.address(in: entry.trimmingCharacters(in: .whitespaces)) else { break }
      client = address
      if !isTrusted(address) { break }
    }
    return client
  }

  private func isTrusted(_ address: ClientAddress) -> Bool {
    guard !networks.isEmpty, let address = NetworkAddress(address.text) else { return false }
    return networks.contains { $0.contains(address) }
  }

  /// Some write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
  private static func address(in entry: String) -> ClientAddress? {
    let text =
      if let match = entry.wholeMatch(of: #/\[([^\]]*)\](?::[0-9]+)?/#) {
        String(match.1)
      } else if let match = entry.wholeMatch(of: #/([0-9.]+):[0-9]+/#) {
        String(match.1)
      } else {
        entry
      }
    return NetworkAddress(text) == nil ? nil : ClientAddress(text)
  }
}

extension HTTPField.Name {
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
