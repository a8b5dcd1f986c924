import CommentCore
import Foundation

/// A file that is appended to, away from the shared pool.
actor GrowingFile {
  private let executor = BlockingExecutor(label: "commentbot.upload")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  private let path: String
  private var descriptor: Int32

  init(_ url: URL) async throws {
    path = url.path
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", path) }
  }

  deinit {
    if descriptor >= 0 { Foundation.close(descriptor) }
  }

  func append(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw CommentBotError(errno: errno, "write", path) }
      done += count
    }
  }

  func cut(to byteCount: Int) {
    _ = ftruncate(descriptor, off_t(byteCount))
  }

  /// What was appended is on the disk then.
  func close() throws {
    defer {
      Foundation.close(descriptor)
      descriptor = -1
    }
    guard fsync(descriptor) == 0 else { throw CommentBotError(errno: errno, "write", path) }
  }
}
