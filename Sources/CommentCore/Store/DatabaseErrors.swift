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
      // SQLite does not say why: ask whether this user may write there.
      let isForbidden =
        access(url.deletingLastPathComponent().path, W_OK) != 0 || (access(path, W_OK) != 0 && errno != ENOENT)
      self.init(
        isForbidden ? .permission : .io, operation, path, cause: cause, hint: Self.permissionHint(path))
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(.database, operation, path, cause: "the file is damaged: \(cause)", hint: Self.damageHint(url))
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, operation, path, cause: "another process keeps writing to it", hint: "try again")
    case .SQLITE_IOERR:
      self.init(.io, operation, path, cause: cause, hint: "commentbot diagnose")
    default:
      self.init(.database, operation, path, cause: cause, hint: "commentbot diagnose")
    }
  }

  /// The database's folder is moved, so that its write-ahead log goes with it.
  private static func damageHint(_ url: URL) -> String {
    let folder = url.deletingLastPathComponent().path
    return "commentbot diagnose    # or start a new library; the transcripts in data/transcripts stay: "
      + "mv \(folder.shellQuoted) \((folder + ".damaged").shellQuoted)"
  }
}
