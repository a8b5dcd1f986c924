import CommentCore
import Foundation

/// An address of IPv4 or IPv6.
struct NetworkAddress: Sendable, Equatable {
  /// 4 or 16.
  let bytes: [UInt8]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// nil when the text is no address: names are not looked up.
  init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.init(bytes: Array(bytes.prefix(4)))
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.init(bytes: bytes)
    } else {
      return nil
    }
  }

  /// As it is written, without brackets.
  var text: String {
    if bytes.count == 4 { return bytes.map { "\($0)" }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
      .joined(separator: ":")
  }

  /// Whether anybody may have it: no network of this machine or of its owner, and none with another purpose.
  /// Source: IANA's registries of special-purpose addresses for IPv4 and IPv6.
  var isPublic: Bool {
    if bytes.count == 4 { return !Self.special4.contains { begins(with: $0.0, bits: $0.1) } }
    // What reaches an address of IPv4 is judged by that one.
    if let inner = embeddedIPv4 { return NetworkAddress(bytes: inner).isPublic }
    // 2000::/3 is all that is given out.
    return begins(with: [0x20], bits: 3) && !Self.special6.contains { begins(with: $0.0, bits: $0.1) }
  }

  private static let special4: [([UInt8], Int)] = [
    ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
    ([192, 0, 2], 24), ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24),
    ([203, 0, 113], 24), ([224], 4), ([240], 4),
  ]

  private static let special6: [([UInt8], Int)] = [
    // Protocol assignments with Teredo, documentation, and SRv6.
    ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x3F, 0xFF, 0x00], 20),
  ]

  /// Of mapped and translated addresses (::ffff:0:0/96, 64:ff9b::/96), and of 6to4 (2002::/16).
  private var embeddedIPv4: [UInt8]? {
    let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
    let translated: [UInt8] = [0x00, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 8)
    if begins(with: mapped, bits: 96) || begins(with: translated, bits: 96) { return Array(bytes[12...]) }
    if begins(with: [0x20, 0x02], bits: 16) { return Array(bytes[2..<6]) }
    return nil
  }

  func begins(with prefix: [UInt8], bits: Int) -> Bool {
    let padded = prefix + Array(repeating: 0, count: max(0, bytes.count - prefix.count))
    return (0..<bits).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return bytes[bit / 8] & mask == padded[bit / 8] & mask
    }
  }

  /// All addresses of a name, or the address itself; at least one. Blocks.
  /// - Throws: ``CommentBotError`` with code `unreachable`.
  static func resolve(_ host: String) throws -> [NetworkAddress] {
    var hints = addrinfo()
    hints.ai_socktype = streamSocket
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    let addresses =
      status == 0 ? sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { address(of: $0) } : []
    guard !addresses.isEmpty else {
      let cause = status == 0 ? "the name has no address" : String(cString: gai_strerror(status)).lowercased()
      throw CommentBotError(.unreachable, "find", host, cause: cause)
    }
    return addresses
  }

  private static func address(of entry: UnsafeMutablePointer<addrinfo>?) -> NetworkAddress? {
    guard let entry, let pointer = entry.pointee.ai_addr else { return nil }
    switch entry.pointee.ai_family {
    case AF_INET:
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
        NetworkAddress(bytes: withUnsafeBytes(of: address.pointee.sin_addr) { Array($0) })
      }
    case AF_INET6:
      return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
        NetworkAddress(bytes: withUnsafeBytes(of: address.pointee.sin6_addr) { Array($0) })
      }
    default: return nil
    }
  }
}

#if canImport(Glibc)
  private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
  private let streamSocket = SOCK_STREAM
#endif
