import Crypto
public import Foundation

/// The identity of a file: the SHA-256 of its bytes, whatever its name and place.
public enum FileDigest {
  private static let chunkBytes = 1 << 20

  /// Reads the file once, in chunks of 1 MiB.
  /// - Returns: 64 lower-case hexadecimal digits, and the number of bytes read.
  /// - Throws: ``CommentBotError`` with code `inputMissing`, `permission`, `unreadableAudio` (not a regular file) or
  ///   `io`; `CancellationError` in a task that is cancelled.
  public static func sha256(of file: URL) throws -> (hex: String, byteCount: Int) {
    let descriptor = try InputFile.open(file, operation: "read")
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 64)
    defer { buffer.deallocate() }
    var hash = SHA256()
    var byteCount = 0
    while true {
      try Task.checkCancellation()
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommentBotError(errno: errno, "read", file.path)
      }
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      byteCount += count
    }
    return (hash.finalize().hexadecimal, byteCount)
  }

  /// Reads the file once, in chunks of 1 MiB.
  /// - Returns: 64 lower-case hexadecimal digits.
  /// - Throws: ``CommentBotError`` with code `io`.
  public static func sha256(of file: OpenFile) throws -> String {
    var hash = SHA256()
    for start in stride(from: 0, to: file.byteCount, by: chunkBytes) {
      hash.update(data: try file.read(start..<min(start + chunkBytes, file.byteCount)))
    }
    return hash.finalize().hexadecimal
  }
}

extension SHA256.Digest {
  /// 64 lower-case hexadecimal digits.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
