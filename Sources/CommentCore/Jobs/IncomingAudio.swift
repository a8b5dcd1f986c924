import Crypto
import Foundation

/// A file on its way into the inbox: written to the disk and hashed as it arrives, whatever its size in the same
/// memory.
public actor IncomingAudio {
  private let executor = BlockingExecutor(label: "commentbot.inbox")
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let inbox: AudioInbox
  private let temporary: URL
  private var descriptor: Int32?
  private var hash = SHA256()
  /// Bytes that have arrived.
  public private(set) var byteCount = 0

  /// Nothing is made before the first bytes.
  public init(_ inbox: AudioInbox) {
    self.inbox = inbox
    temporary = inbox.folder.appending(path: ".\(UUID().uuidString).tmp")
  }

  deinit {
    if let descriptor {
      close(descriptor)
      unlink(temporary.path)
    }
  }

  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`; nothing is left then.
  public func append(_ bytes: [UInt8]) throws {
    do {
      let descriptor = try descriptor ?? open()
      try AtomicFile(descriptor: descriptor, subject: temporary.path).append(Data(bytes))
    } catch {
      discard()
      throw error
    }
    hash.update(data: bytes)
    byteCount += bytes.count
  }

  /// Brings the file to the disk and gives it its name.
  /// - Parameter name: as the client calls it.
  /// - Returns: the SHA-256 of its bytes.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`; nothing is left then.
  public func keep(as name: String) throws -> String {
    let descriptor = try descriptor ?? open()
    do {
      let isWritten = fsync(descriptor) == 0
      let reason = errno
      close(descriptor)
      self.descriptor = nil
      guard isWritten else { throw CommentBotError(errno: reason, "write", temporary.path) }
      let sha256 = hash.finalize().hexadecimal
      try inbox.take(temporary, sha256: sha256, name: name)
      return sha256
    } catch {
      unlink(temporary.path)
      throw error
    }
  }

  /// Gives it up.
  public func discard() {
    if let descriptor { close(descriptor) }
    descriptor = nil
    unlink(temporary.path)
  }

  private func open() throws -> Int32 {
    try AtomicFile.makeFolder(inbox.folder)
    let descriptor = Foundation.open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", temporary.path) }
    self.descriptor = descriptor
    return descriptor
  }
}
