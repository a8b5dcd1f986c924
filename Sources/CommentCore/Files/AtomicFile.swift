public import Foundation

/// A file that is there whole or not at all, also after a crash or a power cut.
public struct AtomicFile {
  let descriptor: Int32
  /// The path that errors name.
  let subject: String

  /// Writes to a temporary file in the same folder, flushes it to the disk, renames it and flushes the folder.
  ///
  /// A file that was there before stays untouched unless all of this succeeds; a failure leaves nothing behind.
  /// Blocks until the disk has answered.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  public static func write(_ data: Data, to url: URL) throws {
    try write(to: url) { try $0.append(data) }
  }

  /// As ``write(_:to:)``, for a file that is too large to be held in memory: `body` appends it piece by piece.
  /// - Parameter mode: the permission bits that the user's mask may take away from.
  /// - Throws: what `body` throws, and ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  public static func write(to url: URL, mode: mode_t = 0o666, _ body: (AtomicFile) throws -> Void) throws {
    let temporary = try stage(url, mode: mode, body)
    guard rename(temporary, url.path) == 0 else {
      let error = CommentBotError(errno: errno, "write", url.path)
      unlink(temporary)
      throw error
    }
    try flush(folder: url.deletingLastPathComponent())
  }

  /// Writes several files of one folder that belong together: all are on the disk before the first gets its name.
  ///
  /// The last one is the mark: it is gone while the names change, so where it stands, all belong together.
  /// - Parameter data: what the file of that name shall hold.
  /// - Throws: what `data` throws, and ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  static func write(_ names: [String], in folder: URL, _ data: (String) throws -> Data) throws {
    var staged: [(temporary: String, url: URL)] = []
    do {
      for name in names {
        let url = folder.appending(path: name)
        let bytes = try data(name)
        staged.append((try stage(url) { try $0.append(bytes) }, url))
      }
      if let mark = staged.last?.url.path, unlink(mark) != 0, errno != ENOENT {
        throw CommentBotError(errno: errno, "write", mark)
      }
      for (temporary, url) in staged where rename(temporary, url.path) != 0 {
        throw CommentBotError(errno: errno, "write", url.path)
      }
    } catch {
      for file in staged { unlink(file.temporary) }
      throw error
    }
    try flush(folder: folder)
  }

  /// Writes a temporary file beside `url` and flushes it.
  /// - Returns: its path.
  private static func stage(
    _ url: URL, mode: mode_t = 0o666, _ body: (AtomicFile) throws -> Void
  ) throws -> String {
    let temporary = url.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).tmp").path
    try create(temporary, mode: mode, subject: url.path, body)
    return temporary
  }

  /// Whether it is the name of a temporary file.
  static func isTemporary(_ name: String) -> Bool {
    name.hasPrefix(".") && name.hasSuffix(".tmp") && UUID(uuidString: String(name.dropFirst().dropLast(4))) != nil
  }

  /// Makes a file that nobody looks for yet. A failure leaves nothing behind.
  /// - Parameter isFlushed: whether it is on the disk then; its entry in the folder is not.
  static func create(
    _ path: String, mode: mode_t, subject: String, isFlushed: Bool = true, _ body: (AtomicFile) throws -> Void
  ) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", subject) }
    let file = AtomicFile(descriptor: descriptor, subject: subject)
    do {
      do {
        try body(file)
      } catch {
        close(descriptor)
        throw error
      }
      try file.finish(isFlushed: isFlushed)
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Makes the folder and those above it, and flushes the entry to the disk.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  public static func makeFolder(_ url: URL) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue { return }
    if let file = fileInTheWay(of: url) {
      throw CommentBotError(
        .io, "create the folder", url.path, cause: "\(file.path) is a file",
        hint: "name another folder, or move that file away")
    }
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw CommentBotError(fileError: error, "create", url.path)
    }
    try flush(folder: url.deletingLastPathComponent())
  }

  /// The first of the folder and those above it that is there, when it is no folder.
  private static func fileInTheWay(of folder: URL) -> URL? {
    // Without "..", whose parent would be another "..".
    var place = folder.standardizedFileURL
    var isFolder: ObjCBool = false
    while place.path != "/" {
      if FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) {
        return isFolder.boolValue ? nil : place
      }
      place.deleteLastPathComponent()
    }
    return nil
  }

  /// Writes all bytes at the end of the file.
  /// - Throws: ``CommentBotError`` with code `diskFull` or `io`.
  public func append(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw CommentBotError(errno: errno, "write", subject) }
        done += count
      }
    }
  }

  /// Flushes, and closes in any case: network file systems report a full disk only then.
  private func finish(isFlushed: Bool) throws {
    var failure = !isFlushed || fsync(descriptor) == 0 ? 0 : errno
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw CommentBotError(errno: failure, "write", subject) }
  }

  static func flush(file: URL) throws {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", file.path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw CommentBotError(errno: errno, "write", file.path) }
  }

  static func flush(folder: URL) throws {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", folder.path) }
    defer { close(descriptor) }
    // EINVAL: the file system cannot flush folders, and there is nothing to be done about it.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw CommentBotError(errno: errno, "write", folder.path) }
  }
}
