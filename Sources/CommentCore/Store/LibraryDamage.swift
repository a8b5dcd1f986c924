import GRDB
import Synchronization

/// Remembers that the file was found damaged: a page that nobody reads at the moment is no sounder for it.
final class LibraryDamage: Sendable {
  private let found = Mutex<CommentBotError?>(nil)

  /// - Returns: `failure`, which is what the error is to people.
  func noting(_ error: DatabaseError, _ failure: CommentBotError) -> CommentBotError {
    if [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) { found.withLock { $0 = $0 ?? failure } }
    return failure
  }

  func note(_ failure: CommentBotError) { found.withLock { $0 = $0 ?? failure } }

  func requireNone() throws {
    if let failure = found.withLock(\.self) { throw failure }
  }
}
