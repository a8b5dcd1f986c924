import Foundation

/// A file that is read in parts. It is the same one as long as this object lives, whatever becomes of its name.
public final class OpenFile: Sendable {
  /// What tells one state of a file from all others.
  public struct State: Sendable, Hashable {
    var device, inode, byteCount, seconds, nanoseconds: Int
  }

  private let descriptor: Int32
  /// Its state when it was opened. The time is that of the last change, which nobody can set.
  public let state: State
  /// Its size when it was opened.
  public let byteCount: Int

  /// nil when it cannot be opened or is no regular file.
  public init?(_ path: String) {
    // O_NONBLOCK: opening a pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    var info = stat()
    guard descriptor >= 0 else { return nil }
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    byteCount = Int(info.st_size)
    state = State(
      device: Int(info.st_dev), inode: Int(info.st_ino), byteCount: byteCount, seconds: info.st_ctim.tv_sec,
      nanoseconds: info.st_ctim.tv_nsec)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Some of its bytes.
  /// - Parameter range: within the file.
  /// - Throws: ``CommentBotError`` with code `io`, also when the file has become shorter.
  public func read(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, $0.count - done, off_t(range.lowerBound + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw CommentBotError(
          .io, "read", "the audio", cause: count == 0 ? "it was cut" : String(cString: strerror(errno)))
      }
      done += count
    }
    return bytes
  }
}
