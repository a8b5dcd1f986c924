import ArgumentParser
import CommentCore
import Foundation

/// The exit statuses of every command, in one place; data/doc/CLI.md has the table. The numbers are those of sysexits(3).
enum ExitStatus {
  static let someFailed = ExitCode(1)
  static let output = ExitCode(74)
  static let cancelled = ExitCode(130)

  /// What each status tells, for people.
  static let meanings: [(status: ExitCode, meaning: String)] = [
    (.success, "All is done."),
    (
      someFailed,
      "Some of several failed: files of `process`, things of `cleanup`, checks of `diagnose`, models of `models verify`; or the "
        + "comments failed, `--dry-run` foresees a failure, or a service is not ready for `healthcheck`."
    ),
    (ExitCode(64), "The command line is wrong, or contradicts what was asked before."),
    (ExitCode(65), "The input is not audio that can be decoded, or a model or a backup is damaged."),
    (ExitCode(66), "The input, a model or an id does not exist."),
    (ExitCode(69), "A server cannot be reached, or it, the database or a download is busy."),
    (ExitCode(70), "An engine, a language model or a whisper service failed."),
    (
      output,
      "The disk is full, reading or writing failed, the database is damaged, or the port is taken."
    ),
    (ExitCode(76), "The database is of a newer version."),
    (ExitCode(77), "This user may not read or write something, or the passphrase is not the backup's."),
    (ExitCode(78), "The configuration is malformed."),
    (cancelled, "It was stopped."),
  ]

  static func of(_ error: CommentBotError) -> ExitCode {
    switch error.code {
    case .usage, .conflict: ExitCode(64)
    case .unreadableAudio, .modelDamaged, .backupDamaged: ExitCode(65)
    case .inputMissing, .notFound, .modelMissing: ExitCode(66)
    case .unreachable, .busy: ExitCode(69)
    case .engine, .badReply, .cutOff, .contextExceeded, .serverError, .refused: ExitCode(70)
    case .diskFull, .io, .database: ExitCode(74)
    case .databaseNewer: ExitCode(76)
    case .permission: ExitCode(77)
    case .configuration: ExitCode(78)
    case .cancelled: cancelled
    }
  }

  /// Ends the process at once. `exit` would take the engines' libraries apart while their threads still compute, which
  /// crashes; what must last is on the disk before anything ends.
  static func end(_ status: ExitCode) -> Never {
    TemporaryFolder.removeAll()
    fflush(nil)
    _exit(status.rawValue)
  }
}
