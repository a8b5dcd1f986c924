import Foundation

/// Whether other processes have the library open, told by the lock that SQLite holds on a file with a write-ahead log
/// for as long as it is open.
enum LibraryUse {
  /// Where in the file SQLite locks: part of its file format.
  private static let lockOffset = 0x4000_0000
  private static let lockBytes = 512

  /// To be asked only in a process that has not opened the library itself: it would lose its own locks.
  /// - Throws: ``CommentBotError`` with code `busy`, naming the process.
  static func requireNone(of database: URL) throws {
    let descriptor = open(database.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw CommentBotError(errno: errno, "open", database.path)
    }
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    (lock.l_start, lock.l_len) = (off_t(lockOffset), off_t(lockBytes))
    guard fcntl(descriptor, F_GETLK, &lock) == 0 else { throw CommentBotError(errno: errno, "lock", database.path) }
    guard lock.l_type != Int16(F_UNLCK) else { return }
    throw CommentBotError(
      .busy, "restore into", database.path, cause: "\(name(of: lock.l_pid)) has it open",
      hint: "stop serve, the workers and all other commands on this library, then try again")
  }

  /// Of a process in another container no number is known.
  private static func name(of process: pid_t) -> String {
    guard process > 0 else { return "a process in another container" }
    let words = (try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline")))?.split(separator: 0) ?? []
    let command = words.prefix(2).map { URL(filePath: String(decoding: $0, as: UTF8.self)).lastPathComponent }
    return "process \(process)" + (command.isEmpty ? "" : " (\(command.joined(separator: " ")))")
  }
}
