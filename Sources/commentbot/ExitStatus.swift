import ArgumentParser
import CommentCore
import Foundation

/// The exit statuses of every command, in one place; README.md has the table. The numbers are those of sysexits(3).
enum ExitStatus {
  static let someFailed = ExitCode(1)
  static let output = ExitCode(74)
  static let cancelled = ExitCode(130)

  static func of(_ error: CommentBotError) -> ExitCode {
    switch error.code {
    case .usage, .conflict: ExitCode(64)
    case .unreadableAudio, .modelDamaged: ExitCode(65)
    case .inputMissing, .notFound, .modelMissing: ExitCode(66)
    case .unreachable, .busy: ExitCode(69)
    case .engine, .badReply, .cutOff, .contextExceeded, .serverError, .refused: ExitCode(70)
    case .diskFull, .io, .database, .databaseNewer: ExitCode(74)
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
