import Foundation

/// Where bytes go, one piece after the other.
protocol ByteSink {
  func append(_ data: Data) throws
}

extension AtomicFile: ByteSink {}

/// Where bytes come from, one piece after the other.
protocol ByteSource {
  /// - Returns: as many bytes as are asked for; fewer only at the end.
  func read(_ count: Int) throws -> Data
}

/// A file that is read from its beginning to its end. It is the same one as long as this object lives.
final class FileSource: ByteSource {
  private let descriptor: Int32
  private let subject: String
  let byteCount: Int
  /// The permission bits.
  let mode: mode_t
  let modified: Date

  /// - Throws: ``CommentBotError`` with code `inputMissing`, `permission`, `unreadableAudio` (not a regular file) or
  ///   `io`.
  init(_ file: URL) throws {
    subject = file.path
    descriptor = try InputFile.open(file, operation: "read")
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = errno
      close(descriptor)
      throw CommentBotError(errno: reason, "read", file.path)
    }
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    (byteCount, mode) = (Int(status.st_size), status.st_mode & 0o777)
    modified = Date(timeIntervalSince1970: Double(time.tv_sec))
  }

  deinit { close(descriptor) }

  func read(_ count: Int) throws -> Data {
    var data = Data(count: count)
    var done = 0
    while done < count {
      let got = data.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress?.advanced(by: done), count - done)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw CommentBotError(errno: errno, "read", subject) }
      if got == 0 { return data.prefix(done) }
      done += got
    }
    return data
  }
}
