import Foundation

/// Opens what people name as input. Folders, pipes and devices are refused: they have no bytes to identify.
enum InputFile {
  /// - Returns: a descriptor that the caller closes.
  static func open(_ file: URL, operation: String) throws -> Int32 {
    // Non-blocking, because opening a pipe without a writer would wait for one; regular files do not care.
    let descriptor = Foundation.open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(errno, operation, file) }
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
      guard result >= 0 else { throw failure(errno, operation, file) }
      filled = result
    }
  }

  private static func requireRegular(_ descriptor: Int32, _ file: URL, operation: String) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno, operation, file) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw failure(EISDIR, operation, file)
    default:
      throw CommentBotError(
        .unreadableAudio, operation, file.path, cause: "it is a device or a pipe, not a regular file",
        hint: "copy its content to a file first")
    }
  }

  /// The failure of a system call on an input: that it is not there, or no file, is said of inputs only.
  static func failure(_ number: Int32, _ operation: String, _ file: URL) -> CommentBotError {
    switch number {
    case ENOENT, ENOTDIR:
      CommentBotError(
        .inputMissing, operation, file.path, cause: "there is no such file",
        hint: file.path.contains(":/")
          ? "download it first: only files are read"
          : "ls \(file.deletingLastPathComponent().path.shellQuoted)    # shows what is there")
    case EISDIR:
      CommentBotError(
        .unreadableAudio, operation, file.path, cause: "it is a folder, not a file",
        hint: "give a file in it")
    default: CommentBotError(errno: number, operation, file.path)
    }
  }
}
