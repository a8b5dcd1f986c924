import Foundation

extension CommentBotError {
  /// The error for a failed system call on a file.
  public init(errno code: Int32, _ operation: String, _ subject: String) {
    let cause = String(cString: strerror(code)).lowercased()
    // The one place that tells what a system call's failure means.
    switch code {
    case ENOSPC, EDQUOT:
      self.init(.diskFull, operation, subject, cause: cause, hint: Self.spaceHint(subject))
    case EACCES, EPERM, EROFS:
      self.init(.permission, operation, subject, cause: cause, hint: Self.permissionHint(subject))
    case ENOENT where operation == "write":
      self.init(.io, operation, subject, cause: cause, hint: "mkdir -p \(Self.folder(of: subject).shellQuoted)")
    case ENOTDIR, EEXIST, EISDIR:
      self.init(.io, operation, subject, cause: cause, hint: "give another name, or move away what has that one")
    default:
      self.init(.io, operation, subject, cause: cause)
    }
  }

  /// The error for a failed call of Foundation on a file, told by the system's error beneath it.
  public init(fileError error: any Error, _ operation: String, _ subject: String) {
    let outer = error as NSError
    let system = (outer.userInfo[NSUnderlyingErrorKey] as? NSError) ?? outer
    if system.domain == NSPOSIXErrorDomain {
      self.init(errno: Int32(system.code), operation, subject)
      return
    }
    switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace?: self.init(errno: ENOSPC, operation, subject)
    case .fileWriteNoPermission?, .fileReadNoPermission?: self.init(errno: EACCES, operation, subject)
    case .fileWriteVolumeReadOnly?: self.init(errno: EROFS, operation, subject)
    case .fileWriteFileExists?: self.init(errno: EEXIST, operation, subject)
    case .fileNoSuchFile?, .fileReadNoSuchFile?: self.init(errno: ENOENT, operation, subject)
    default: self.init(.io, operation, subject, cause: error.localizedDescription)
    }
  }

  static func spaceHint(_ subject: String) -> String {
    "df -h \(folder(of: subject).shellQuoted)    # shows the disk; commentbot cache --clear frees some of it"
  }

  static func permissionHint(_ subject: String) -> String {
    let there = URL(filePath: subject).nearestThatExists.path
    let names = there == subject ? [folder(of: subject), subject] : [there]
    return "ls -ld \(names.map(\.shellQuoted).joined(separator: " "))    # who may do what; "
      + "COMMENTBOT_HOME moves what CommentBot writes"
  }

  private static func folder(of path: String) -> String {
    URL(filePath: path).deletingLastPathComponent().path
  }
}

extension String {
  /// The text as one word of a POSIX shell.
  public var shellQuoted: String { "'" + PythonText.replace("'", with: "'\\''", in: self) + "'" }
}
