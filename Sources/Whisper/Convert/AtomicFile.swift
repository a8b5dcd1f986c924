import CommentCore
import Foundation

/// A file that appears under its name only when it is whole: written beside it, fsynced, renamed.
final class AtomicFile {
  private let handle: FileHandle
  private let path: String

  private init(handle: FileHandle, path: String) {
    self.handle = handle
    self.path = path
  }

  static func write(to url: URL, _ body: (AtomicFile) throws -> Void) throws {
    let temporary = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: temporary.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: temporary.path)
    else {
      throw CommentBotError(.io, "write", url.path, cause: "its folder cannot be written")
    }
    do {
      try body(AtomicFile(handle: handle, path: url.path))
      try attempt(url.path) {
        try handle.synchronize()
        try handle.close()
      }
      guard rename(temporary.path, url.path) == 0 else {
        throw CommentBotError(.io, "write", url.path, cause: String(cString: strerror(errno)))
      }
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw error
    }
  }

  func write(_ data: Data) throws {
    try Self.attempt(path) { try handle.write(contentsOf: data) }
  }

  private static func attempt(_ path: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? (error as NSError).code
      let isFull = [Int(ENOSPC), Int(EDQUOT), CocoaError.fileWriteOutOfSpace.rawValue].contains(code)
      throw CommentBotError(isFull ? .diskFull : .io, "write", path, cause: error.localizedDescription)
    }
  }
}
