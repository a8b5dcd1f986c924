import CommentCore
import Foundation

/// Standard input as a file: the containers that need it can then be read twice.
enum StandardInput {
  /// How often a wait for more bytes looks whether it shall stop, in milliseconds.
  private static let patience: Int32 = 100

  /// Copies what is left of standard input into a temporary file that only this user may read.
  /// - Returns: the file, in a folder of its own.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`, or `cancelled` when the task is
  ///   cancelled; nothing is left then.
  static func copy() async throws -> (file: URL, folder: TemporaryFolder) {
    let stop = StopFlag()
    do {
      let folder = try TemporaryFolder()
      let copy = folder.url.appending(path: "standard-input")
      try Data().write(to: copy)
      let handle = try FileHandle(forWritingTo: copy)
      try await withTaskCancellationHandler {
        try await Blocking.run {
          while let bytes = try next(unless: stop) { try handle.write(contentsOf: bytes) }
          try handle.close()
        }
      } onCancel: {
        stop.set()
      }
      return (copy, folder)
    } catch {
      if error is CancellationError {
        throw CommentBotError(.cancelled, "copy", "standard input", cause: "you stopped it")
      }
      var error = CommentBotError(fileError: error, "copy", "standard input")
      error.cause += ", in the folder for temporary files \(FileManager.default.temporaryDirectory.path)"
      error.hint = "export TMPDIR=FOLDER    # one that can be written and has room for the audio"
      throw error
    }
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
