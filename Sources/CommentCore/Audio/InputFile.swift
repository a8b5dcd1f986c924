import Foundation

/// Opens what people name as input. Folders, pipes and devices are refused: they have no bytes to identify.
enum InputFile {
  /// - Returns: a descriptor that the caller closes.
  static func open(_ file: URL, operation: String) throws -> Int32 {
    // Non-blocking, because opening a pipe without a writer would wait for one; regular files do not care.
    let descriptor = Foundation.open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw CommentBotError.posix(errno, operation, file) }
    do {
      try requireRegular(descriptor, file, operation: operation)
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// The first bytes of the file, at the most `count`.
  static func head(_ file: URL, count: Int, operation: String) throws -> [UInt8] {
    let descriptor = try open(file, operation: operation)
    defer { close(descriptor) }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let result = read(descriptor, buffer.baseAddress, count)
      guard result >= 0 else { throw CommentBotError.posix(errno, operation, file) }
      filled = result
    }
  }

  private static func requireRegular(_ descriptor: Int32, _ file: URL, operation: String) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw CommentBotError.posix(errno, operation, file) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw CommentBotError.posix(EISDIR, operation, file)
    default:
      throw CommentBotError(
        .unreadableAudio, operation, file.path, cause: "it is a device or a pipe, not a regular file",
        hint: "copy its content to a file first")
    }
  }
}

extension CommentBotError {
  /// The failure of a system call on a file, told by its `errno`.
  static func posix(_ number: Int32, _ operation: String, _ file: URL) -> CommentBotError {
    let path = file.path
    switch number {
    case ENOENT, ENOTDIR:
      let folder = file.deletingLastPathComponent().path
      return CommentBotError(
        .inputMissing, operation, path, cause: "there is no such file", hint: "see what is there: ls '\(folder)'")
    case EISDIR:
      return CommentBotError(.unreadableAudio, operation, path, cause: "it is a folder, not an audio file")
    case EACCES, EPERM:
      return CommentBotError(
        .permission, operation, path, cause: "this user has no permission", hint: "see who has: ls -ld '\(path)'")
    case EROFS:
      return CommentBotError(
        .permission, operation, path, cause: "the file system is read-only",
        hint: "set COMMENTBOT_HOME to a folder that can be written")
    case ENOSPC, EDQUOT:
      return CommentBotError(
        .diskFull, operation, path,
        cause: number == EDQUOT ? "the disk quota is spent" : "no space is left on the disk",
        hint: "free some space, for example: commentbot cache --clear")
    default:
      return CommentBotError(.io, operation, path, cause: String(cString: strerror(number)))
    }
  }
}
