public import Foundation

/// Marks a file or folder as in use for as long as its process lives. It is seen in other containers too, where the
/// number of a process tells nothing.
public struct UseLock: Sendable {
  private let descriptor: Int32

  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  public init(_ url: URL) throws {
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "open", url.path) }
    // Where the file system knows no locks, ``isHeld(_:)`` takes everything for used.
    while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
  }

  /// To be called once.
  public func end() { close(descriptor) }

  /// Whether somebody uses it. What may not be opened counts as used.
  public static func isHeld(_ url: URL) -> Bool {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }
}
