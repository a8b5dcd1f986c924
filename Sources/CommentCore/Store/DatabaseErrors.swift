import Foundation
import GRDB

extension CommentBotError {
  /// The error for a failure of SQLite, told by its result code.
  init(_ error: DatabaseError, _ operation: String, _ url: URL) {
    let code = error.extendedResultCode
    let cause = "\(error.message ?? code.description) (SQLite result code \(code.rawValue))"
    let path = url.path
    switch error.resultCode {
    // SHMSIZE: the index of the write-ahead log cannot grow.
    case _ where code == .SQLITE_IOERR_SHMSIZE, .SQLITE_FULL:
      self.init(.diskFull, operation, path, cause: cause, hint: Self.spaceHint(path))
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(.permission, operation, path, cause: cause, hint: Self.permissionHint(path))
    case .SQLITE_CANTOPEN:
      if let reason = Self.reasonAgainstWriting(url) {
        self.init(errno: reason, operation, path)
      } else {
        self.init(.io, operation, path, cause: cause, hint: "commentbot diagnose")
      }
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(.database, operation, path, cause: "the file is damaged: \(cause)", hint: Self.damageHint(url))
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, operation, path, cause: "another process keeps writing to it", hint: "try again")
    case .SQLITE_IOERR:
      // SQLite says "no space" of one kind of write only.
      if let reason = Self.reasonAgainstWriting(url), [ENOSPC, EDQUOT].contains(reason) {
        self.init(.diskFull, operation, path, cause: cause, hint: Self.spaceHint(path))
        return
      }
      self.init(.io, operation, path, cause: cause, hint: "commentbot diagnose")
    default:
      self.init(.database, operation, path, cause: cause, hint: "commentbot diagnose")
    }
  }

  /// SQLite does not say why it cannot open a file: try the same in its folder. The file itself is not touched, because
  /// closing it would take away the locks that this process has on it.
  private static func reasonAgainstWriting(_ url: URL) -> Int32? {
    if access(url.path, F_OK) == 0, access(url.path, R_OK | W_OK) != 0 { return errno }
    let probe = url.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).tmp").path
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return errno }
    defer {
      close(descriptor)
      unlink(probe)
    }
    // As much as the index of the write-ahead log needs at once.
    let room = [UInt8](repeating: 0, count: 32768)
    let written = room.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written < 0 { return errno }
    return written < room.count ? ENOSPC : nil
  }

  /// The database's folder is moved, so that its write-ahead log goes with it.
  private static func damageHint(_ url: URL) -> String {
    let folder = url.deletingLastPathComponent().path
    return "commentbot diagnose    # or start a new library; the transcripts in data/transcripts stay: "
      + "mv \(folder.shellQuoted) \((folder + ".damaged").shellQuoted)"
  }
}
