import Foundation

extension CommentBotError {
  /// The error for a failed system call on a file.
  init(errno code: Int32, _ operation: String, _ subject: String) {
    let cause = String(cString: strerror(code)).lowercased()
    switch code {
    case ENOSPC, EDQUOT:
      self.init(.diskFull, operation, subject, cause: cause, hint: Self.spaceHint(subject))
    case EACCES, EPERM, EROFS:
      self.init(.permission, operation, subject, cause: cause, hint: Self.permissionHint(subject))
    default:
      self.init(.io, operation, subject, cause: cause)
    }
  }

  /// The error for a failed call of `FileManager` or `Data`, told by the system's error beneath it.
  init(fileError error: any Error, _ operation: String, _ subject: String) {
    if let system = (error as? CocoaError)?.underlying as? POSIXError {
      self.init(errno: system.code.rawValue, operation, subject)
    } else {
      self.init(.io, operation, subject, cause: error.localizedDescription)
    }
  }

  static func spaceHint(_ subject: String) -> String {
    "df -h \(folder(of: subject).shellQuoted)    # shows the disk to free space on"
  }

  static func permissionHint(_ subject: String) -> String {
    "ls -ld \(folder(of: subject).shellQuoted)    # this user must be able to write there; COMMENTBOT_HOME moves it all"
  }

  private static func folder(of path: String) -> String {
    URL(filePath: path).deletingLastPathComponent().path
  }
}

extension String {
  /// The text as one word of a POSIX shell.
  var shellQuoted: String { "'" + PythonText.replace("'", with: "'\\''", in: self) + "'" }
}
