import Foundation
import NIOCore

/// Where a request comes from.
struct ClientAddress: Sendable, Equatable {
  let text: String

  init?(_ address: SocketAddress?) {
    guard let text = address?.ipAddress else { return nil }
    self.init(text)
  }

  init(_ text: String) {
    // IPv4 on a socket of IPv6.
    self.text = text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
  }

  var isLoopback: Bool { text.hasPrefix("127.") || text == "::1" }

  /// What one customer has: an address, or a network of 64 bits in IPv6.
  var network: String {
    guard text.contains(":") else { return text }
    let halves = text.components(separatedBy: "::")
    let (head, tail) = (halves[0].split(separator: ":"), (halves.dropFirst().first ?? "").split(separator: ":"))
    let zeros = Array(repeating: Substring("0"), count: max(0, halves.count > 1 ? 8 - head.count - tail.count : 0))
    return (head + zeros + tail).prefix(4).joined(separator: ":") + "::/64"
  }
}
