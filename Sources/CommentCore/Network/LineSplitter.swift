import Foundation

/// Cuts bytes that arrive in any pieces into lines, on `\n` only: JSON may hold other line ends as they are.
struct LineSplitter {
  struct LineTooLong: Error {}

  /// Bytes that a line may have.
  let limit: Int
  private var bytes = Data()
  /// Bytes at the front of ``bytes`` that are known to hold no `\n`.
  private var searched = 0

  init(limit: Int) {
    self.limit = limit
  }

  mutating func append(_ chunk: Data) {
    bytes.append(chunk)
  }

  /// The next complete line without its `\n`, or nil when more bytes are needed.
  mutating func nextLine() throws(LineTooLong) -> Data? {
    let start = bytes.startIndex
    let end = bytes[(start + searched)...].firstIndex(of: UInt8(ascii: "\n"))
    guard (end ?? bytes.endIndex) - start <= limit else { throw LineTooLong() }
    guard let end else {
      searched = bytes.count
      return nil
    }
    let line = Data(bytes[start..<end])
    bytes = Data(bytes[(end + 1)...])
    searched = 0
    return line
  }

  /// What follows the last `\n`, when it is not empty.
  mutating func rest() -> Data? {
    defer { (bytes, searched) = (Data(), 0) }
    return bytes.isEmpty ? nil : bytes
  }
}
