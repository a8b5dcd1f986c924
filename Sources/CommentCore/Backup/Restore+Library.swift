import Foundation
import GRDB

extension Restore {
  /// So that the library is one file. A damaged one keeps its log, which is then kept with it.
  static func writeBackLog(of file: URL) {
    guard FileManager.default.fileExists(atPath: file.path), let queue = try? DatabaseQueue(path: file.path) else {
      return
    }
    try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try? queue.close()
  }

  /// Keys that were revoked since the backup stay so. What a damaged library says of them cannot be known, and one
  /// that is brought back damaged is left as it is.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  static func keepRevocations(of old: URL, in new: URL) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: old.path), files.fileExists(atPath: new.path),
      !files.fileExists(atPath: new.path + "-wal"),
      let revoked = try? LibraryInspection(old).read({ db in
        try Row.fetchAll(db, sql: "SELECT revoked_at, id FROM api_keys WHERE revoked_at IS NOT NULL")
      }), !revoked.isEmpty, (try? LibraryInspection(new).keys()) != nil
    else { return }
    do {
      let queue = try DatabaseQueue(path: new.path)
      try queue.write { db in
        for key in revoked {
          try db.execute(
            sql: "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
            arguments: [key["revoked_at"] as Int64, key["id"] as String])
        }
      }
      try queue.close()
    } catch let error as DatabaseError {
      throw CommentBotError(error, "write to", new)
    }
  }
}
