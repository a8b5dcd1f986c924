import Crypto
import Foundation

/// The `.part` file of a download and the checksum of its bytes. Disk work happens on a thread of its own.
actor PartFile {
  private let executor = BlockingExecutor(label: "commentbot.download")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let file: URL
  private let part: URL
  private var handle: FileHandle?
  private var hash = SHA256()

  init(_ file: URL) {
    self.file = file
    part = file.appendingPathExtension("part")
  }

  /// Opens the part for appending, reading what an earlier attempt left.
  /// - Returns: the bytes that are there already.
  /// - Throws: ``CommentBotError`` with code `busy` when another process is at it, and as for writing.
  func open() throws -> Int {
    let handle = try working {
      let folder = file.deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      // A child process that inherited it would keep the lock.
      let descriptor = Foundation.open(part.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
    self.handle = handle
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw CommentBotError(
        .busy, "download", file.path, cause: "another process is downloading it", hint: "wait until it is done")
    }
    return try working {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
      return Int(try handle.offset())
    }
  }

  func append(_ bytes: Data) throws {
    try working {
      try handle?.write(contentsOf: bytes)
      hash.update(data: bytes)
    }
  }

  func restart() throws {
    try working {
      try handle?.truncate(atOffset: 0)
      hash = SHA256()
    }
  }

  /// Gives the part free for another attempt, which goes on where this one stopped.
  func close() {
    try? handle?.close()
    handle = nil
  }

  /// Checks the bytes and gives the file its name; a part with wrong bytes is deleted.
  func complete(_ download: Download) throws {
    let sum = hash.finalize().hexadecimal
    guard sum == download.sha256 else {
      try? FileManager.default.removeItem(at: part)
      let cause = "the bytes that arrived have the SHA-256 \(sum), not \(download.sha256)"
      throw CommentBotError(.serverError, "download", download.url, cause: cause)
    }
    try working {
      try handle?.synchronize()
      try handle?.close()
      handle = nil
      guard rename(part.path, file.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
  }

  private func working<T>(_ work: () throws -> T) throws -> T {
    do {
      return try work()
    } catch {
      throw CommentBotError(fileError: error, "write", part.path)
    }
  }
}
