import Crypto
import Foundation

/// A key of the API as its holder has it: `cbk_<id>_<secret>`, of which only the digest is kept.
struct KeyToken: Sendable {
  static let prefix = "cbk_"
  /// What an unknown id is compared with, so that it takes the same time as a known one. Nothing has this digest.
  private static let nobody = Data(count: SHA256.byteCount)

  /// 16 hexadecimal digits.
  let id: String
  let text: String

  /// A new one, with 256 random bits.
  init() {
    id = Self.hexadecimal(SymmetricKey(size: .init(bitCount: 64)))
    text = "\(Self.prefix)\(id)_\(Self.hexadecimal(SymmetricKey(size: .bits256)))"
  }

  /// nil when the text is no key.
  init?(_ text: String) {
    guard text.wholeMatch(of: #/cbk_[0-9a-f]{16}_[0-9a-f]{64}/#) != nil else { return nil }
    id = String(text.dropFirst(Self.prefix.count).prefix(16))
    self.text = text
  }

  var digest: Data { Data(SHA256.hash(data: Data(text.utf8))) }

  /// Compares in constant time.
  /// - Parameter digest: that of the key with this id; nil when there is none.
  func matches(_ digest: Data?) -> Bool {
    SHA256.hash(data: Data(text.utf8)) == digest ?? Self.nobody
  }

  private static func hexadecimal(_ key: SymmetricKey) -> String {
    key.withUnsafeBytes { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
  }
}
