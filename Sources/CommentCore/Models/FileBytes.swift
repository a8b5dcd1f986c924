import Crypto
import Foundation

/// Facts about files that models are told apart by.
enum FileBytes {
  struct Stamp: Equatable {
    /// Size in bytes.
    var byteCount: Int
    /// Time of the last change in milliseconds since 1970.
    var modified: Int
  }

  /// Size and time of a regular file (links are followed), or nil when there is none.
  static func stamp(of url: URL) -> Stamp? {
    var info = stat()
    guard stat(url.path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    #if os(Linux)
      let time = info.st_mtim
    #else
      let time = info.st_mtimespec
    #endif
    return Stamp(byteCount: Int(info.st_size), modified: Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000)
  }

  /// The first bytes of the file, fewer when it is shorter.
  static func head(of url: URL, count: Int) throws -> Data {
    try read(url) { handle in try handle.read(upToCount: count) ?? Data() }
  }

  /// SHA-256 of the file in 64 lower-case hexadecimal digits, read in pieces of a mebibyte.
  /// - Throws: ``CommentBotError``; `CancellationError` in a task that is cancelled.
  static func sha256(of url: URL) throws -> String {
    try read(url) { handle in
      var hash = SHA256()
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        try Task.checkCancellation()
        hash.update(data: piece)
      }
      return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }
  }

  private static func read<Result>(_ url: URL, _ body: (FileHandle) throws -> Result) throws -> Result {
    do {
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      return try body(handle)
    } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
      throw CommentBotError(.inputMissing, "read", url.path, cause: "there is no such file")
    } catch let error as CancellationError {
      throw error
    } catch {
      throw CommentBotError(fileError: error, "read", url.path)
    }
  }
}
