public import Foundation

/// Writes files that are there whole or not at all, also after a crash or a power cut.
public enum AtomicFile {
  /// Writes to a temporary file in the same folder, flushes it to the disk, renames it and flushes the folder.
  ///
  /// A file that was there before stays untouched unless all of this succeeds; a failure leaves nothing behind.
  /// Blocks until the disk has answered.
  /// - Throws: ``CommentBotError`` with code `disk_full`, `permission` or `io`.
  public static func write(_ data: Data, to url: URL) throws {
    let folder = url.deletingLastPathComponent()
    let temporary = folder.appending(path: ".\(UUID().uuidString).tmp").path
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", url.path) }
    do {
      try write(data, to: descriptor, subject: url.path)
      guard rename(temporary, url.path) == 0 else { throw CommentBotError(errno: errno, "write", url.path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try flush(folder: folder)
  }

  /// Makes the folder and those above it, and flushes the entry to the disk.
  /// - Throws: ``CommentBotError`` with code `disk_full`, `permission` or `io`.
  public static func makeFolder(_ url: URL) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue { return }
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw CommentBotError(fileError: error, "create", url.path)
    }
    try flush(folder: url.deletingLastPathComponent())
  }

  /// Writes all bytes, flushes and closes the descriptor in any case.
  static func write(_ data: Data, to descriptor: Int32, subject: String) throws {
    var failure: Int32 = 0
    data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else {
          failure = errno
          return
        }
        done += count
      }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    // Network file systems report a full disk only here.
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw CommentBotError(errno: failure, "write", subject) }
  }

  private static func flush(folder: URL) throws {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", folder.path) }
    defer { close(descriptor) }
    // EINVAL: the file system cannot flush folders, and there is nothing to be done about it.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw CommentBotError(errno: errno, "write", folder.path) }
  }
}
