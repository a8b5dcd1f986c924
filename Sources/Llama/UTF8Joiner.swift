/// Joins pieces of UTF-8 that may end within a character.
struct UTF8Joiner {
  private var pending: [UInt8] = []

  /// The characters that are complete; bytes that are no UTF-8 become U+FFFD.
  mutating func append(_ bytes: some Sequence<UInt8>) -> String {
    pending += bytes
    let complete = pending.count - Self.incompleteCount(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// What is left, which is no UTF-8.
  mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// Bytes at the end that begin a character and do not end it.
  private static func incompleteCount(_ bytes: [UInt8]) -> Int {
    for (count, byte) in bytes.suffix(3).reversed().enumerated() {
      let needed =
        switch byte {
        case 0b1100_0000...0b1101_1111: 2
        case 0b1110_0000...0b1110_1111: 3
        case 0b1111_0000...0b1111_0111: 4
        case 0b1000_0000...0b1011_1111: 0
        default: 1
        }
      if needed > 0 { return needed > count + 1 ? count + 1 : 0 }
    }
    return 0
  }
}
