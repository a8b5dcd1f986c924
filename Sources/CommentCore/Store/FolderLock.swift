import Foundation

/// A lock between processes that leaves no file behind: it is taken on a folder, and a killed process gives it back.
enum FolderLock {
  /// Waits for the lock, runs `body` and gives the lock back.
  static func held<Value>(on folder: URL, _ body: () throws -> Value) throws -> Value {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "open", folder.path) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw CommentBotError(errno: errno, "lock", folder.path) }
    }
    return try body()
  }
}
