/// The addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or one address.
struct NetworkRange: Sendable, Equatable {
  private let base: NetworkAddress
  private let bits: Int

  var text: String { "\(base.text)/\(bits)" }

  /// Whether so large a part of all public addresses is in it that it names nobody.
  var isOpenToAnybody: Bool {
    // No network of proxies is so large. Private ranges may be: 10.0.0.0/8, fc00::/7.
    bits <= (base.bytes.count == 4 ? 8 : 16) && (bits < 7 || base.isPublic)
  }

  /// nil when the text is neither an address nor a range in the notation of CIDR.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let base = NetworkAddress(String(parts[0])) else { return nil }
    let all = base.bytes.count * 8
    let bits = parts.count == 1 ? all : parts[1].allSatisfy(\.isNumber) ? Int(parts[1]) ?? -1 : -1
    guard (0...all).contains(bits) else { return nil }
    (self.base, self.bits) = (base, bits)
  }

  /// Addresses of IPv4 and of IPv6 are never in each other's ranges.
  func contains(_ address: NetworkAddress) -> Bool {
    address.bytes.count == base.bytes.count && address.begins(with: base.bytes, bits: bits)
  }
}
