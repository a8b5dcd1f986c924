import CommentCore
import Foundation

/// Standard input as a file: the containers that need it can then be read twice.
enum StandardInput {
  /// How often a wait for more bytes looks whether it shall stop, in milliseconds.
  private static let patience: Int32 = 100

  /// Copies what is left of standard input into a temporary file that only this user may read.
  /// - Returns: the file, which the caller removes.
  /// - Throws: ``CommentBotError`` with code `disk_full`, `permission` or `io`, or `cancelled` when the task is cancelled; nothing is left then.
  static func copy() async throws -> URL {
    let folder = FileManager.default.temporaryDirectory
    let copy = folder.appending(path: "commentbot-stdin-\(UUID().uuidString)")
    let descriptor = open(copy.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(CommentBotError(errno: errno, "copy", "standard input"), folder) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let stop = StopFlag()
    do {
      try await withTaskCancellationHandler {
        try await Blocking.run {
          while let bytes = try next(unless: stop) { try handle.write(contentsOf: bytes) }
          try handle.close()
        }
      } onCancel: {
        stop.set()
      }
      return copy
    } catch {
      try? FileManager.default.removeItem(at: copy)
      if error is CancellationError {
        throw CommentBotError(.cancelled, "copy", "standard input", cause: "you stopped it")
      }
      throw failure(CommentBotError(fileError: error, "copy", "standard input"), folder)
    }
  }

  private static func failure(_ error: CommentBotError, _ folder: URL) -> CommentBotError {
    var error = error
    error.cause = "\(error.cause), in the folder for temporary files \(folder.path)"
    error.hint = "export TMPDIR=FOLDER    # one that can be written and has room for the audio"
    return error
  }

  /// nil at the end. A plain read would not notice that the work is stopped before more bytes come.
  private static func next(unless stop: StopFlag) throws -> Data? {
    var wanted = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    repeat {
      if stop.isSet { throw CancellationError() }
    } while poll(&wanted, 1, patience) <= 0
    let bytes = try FileHandle.standardInput.read(upToCount: 1 << 16) ?? Data()
    return bytes.isEmpty ? nil : bytes
  }
}
