import Foundation

/// The 512 bytes before each file of an archive in the format of tar (POSIX.1-2001, "pax").
struct TarHeader {
  static let blockBytes = 512
  /// More does not fit its field in octal digits; the extended header says it then.
  private static let mostBytes = 0o777_7777_7777

  enum Kind: UInt8 {
    case file = 0x30
    /// As old programs write it.
    case oldFile = 0
    case folder = 0x35
    /// More of the next file than fits its header.
    case extended = 0x78
    case global = 0x67
  }

  var path: String
  var byteCount: Int
  /// The permission bits.
  var mode: mode_t = 0o600
  var modified = Date(timeIntervalSince1970: 0)
  var kind = Kind.file

  /// The block, and the extended header before it where the path or the size needs one.
  var blocks: Data {
    let isPlain = path.utf8.count <= 100 && path.utf8.allSatisfy { $0 < 128 } && byteCount <= Self.mostBytes
    if isPlain { return block }
    let records = Data((Self.record("path", path) + Self.record("size", "\(byteCount)")).utf8)
    let extended = TarHeader(path: "pax", byteCount: records.count, modified: modified, kind: .extended)
    return extended.block + records + Self.padding(records.count) + block
  }

  /// Zeros up to the next block.
  static func padding(_ byteCount: Int) -> Data { Data(count: (blockBytes - byteCount % blockBytes) % blockBytes) }

  /// nil at the archive's end, which is a block of zeros.
  /// - Throws: ``CommentBotError`` with code `backupDamaged`.
  init?(_ block: Data, subject: String) throws {
    let bytes = [UInt8](block)
    if bytes.allSatisfy({ $0 == 0 }) { return nil }
    guard bytes[257..<262].elementsEqual("ustar".utf8), Self.number(bytes[148..<156]) == Self.sum(bytes) else {
      throw CommentBotError.backupDamaged(subject, "it is no archive of tar, or damaged")
    }
    guard let kind = Kind(rawValue: bytes[156]), let size = Self.number(bytes[124..<136]),
      let mode = Self.number(bytes[100..<108])
    else { throw CommentBotError.backupDamaged(subject, "it holds something that is neither a file nor a folder") }
    let prefix = Self.text(bytes[345..<500])
    path = (prefix.isEmpty ? "" : prefix + "/") + Self.text(bytes[0..<100])
    byteCount = size
    self.mode = mode_t(truncatingIfNeeded: mode) & 0o777
    modified = Date(timeIntervalSince1970: Double(Self.number(bytes[136..<148]) ?? 0))
    self.kind = kind
  }

  init(path: String, byteCount: Int, mode: mode_t = 0o600, modified: Date, kind: Kind = .file) {
    (self.path, self.byteCount, self.mode, self.modified, self.kind) = (path, byteCount, mode, modified, kind)
  }

  /// What an extended header says of the file behind it.
  mutating func take(_ records: Data) {
    var rest = records[...]
    while let space = rest.firstIndex(of: UInt8(ascii: " ")),
      let count = Int(String(decoding: rest[rest.startIndex..<space], as: UTF8.self)), count > 0, count <= rest.count
    {
      let record = rest[space..<(rest.startIndex + count)].dropFirst().dropLast()
      rest = rest.dropFirst(count)
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": path = value
      case "size": byteCount = Int(value).flatMap { $0 >= 0 ? $0 : nil } ?? byteCount
      default: break
      }
    }
  }

  private var block: Data {
    var bytes = [UInt8](repeating: 0, count: Self.blockBytes)
    func put(_ text: String, at offset: Int, count: Int) {
      for (index, byte) in text.utf8.prefix(count).enumerated() { bytes[offset + index] = byte }
    }
    put(path, at: 0, count: 100)
    put(Self.octal(Int(mode), digits: 7), at: 100, count: 8)
    put(Self.octal(0, digits: 7), at: 108, count: 8)
    put(Self.octal(0, digits: 7), at: 116, count: 8)
    put(Self.octal(min(byteCount, Self.mostBytes), digits: 11), at: 124, count: 12)
    put(Self.octal(max(0, Int(modified.timeIntervalSince1970)), digits: 11), at: 136, count: 12)
    bytes[156] = kind.rawValue
    put("ustar", at: 257, count: 6)
    put("00", at: 263, count: 2)
    put(Self.octal(Self.sum(bytes), digits: 6), at: 148, count: 7)
    bytes[155] = UInt8(ascii: " ")
    return Data(bytes)
  }

  /// Of all bytes, those of the sum itself taken as spaces.
  private static func sum(_ bytes: [UInt8]) -> Int {
    bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
  }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = String(decoding: field.filter { $0 != 0 && $0 != 32 }, as: UTF8.self)
    return digits.isEmpty ? 0 : Int(digits, radix: 8).flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Begins with its own length.
  private static func record(_ key: String, _ value: String) -> String {
    let rest = " \(key)=\(value)\n"
    var count = rest.utf8.count
    while "\(count)".utf8.count + rest.utf8.count != count { count = "\(count)".utf8.count + rest.utf8.count }
    return "\(count)\(rest)"
  }
}
