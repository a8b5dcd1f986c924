public import Foundation
import GRDB

extension Library {
  /// Writes a copy of the library as it is at one moment, beside all reading and writing. The copy is one file, checked
  /// and on the disk when it gets its name.
  /// - Throws: ``CommentBotError`` with code `database` when the copy is not sound, `diskFull`, `permission` or `io`.
  public func backUp(to url: URL) async throws {
    try await Blocking.run { [pool, library = self.url] in
      try AtomicFile.makeFolder(url.deletingLastPathComponent())
      let temporary = url.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).tmp")
      defer { Self.removeDatabase(temporary) }
      try Self.makeFile(temporary, likeThatAt: library)
      do {
        let copy = try DatabaseQueue(path: temporary.path)
        try pool.backup(to: copy)
        // With a write-ahead log of its own it would be more than one file.
        try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try Self.requireSound(copy, url)
        try copy.close()
      } catch let error as DatabaseError {
        throw CommentBotError(error, "back up to", url)
      }
      try AtomicFile.flush(file: temporary)
      guard rename(temporary.path, url.path) == 0 else { throw CommentBotError(errno: errno, "write", url.path) }
      try AtomicFile.flush(folder: url.deletingLastPathComponent())
    }
  }

  private static func requireSound(_ copy: DatabaseQueue, _ url: URL) throws {
    let problems = try copy.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    guard problems == ["ok"] else {
      throw CommentBotError(
        .database, "back up to", url.path, cause: "the copy is damaged: \(problems.first ?? "")",
        hint: "commentbot diagnose")
    }
  }

  /// Who may not read the library may not read its copy.
  private static func makeFile(_ copy: URL, likeThatAt library: URL) throws {
    try AtomicFile.create(copy.path, mode: 0o600, subject: copy.path, isFlushed: false) { file in
      var status = stat()
      if stat(library.path, &status) == 0 { fchmod(file.descriptor, status.st_mode & 0o777 | 0o600) }
    }
  }

  private static func removeDatabase(_ url: URL) {
    for ending in ["", "-wal", "-shm", "-journal"] { unlink(url.path + ending) }
  }

  /// Recordings that came before the given time, with their owners, unless somebody has worked on them since: by a
  /// newer transcript, or a job of the owner that is newer or not done.
  public func recordings(before time: Date) async throws -> [(sha256: String, owner: String)] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT recording, owner FROM recording_owners o
          WHERE created_at < :time
            AND NOT EXISTS (SELECT 1 FROM transcripts WHERE recording = o.recording AND created_at >= :time)
            AND NOT EXISTS (
              SELECT 1 FROM jobs
              WHERE audio_hash = o.recording AND +owner = o.owner
                AND (created_at >= :time OR state IN ('queued', 'running')))
          ORDER BY created_at
          """, arguments: ["time": time.milliseconds]
      ).map { (sha256: $0["recording"], owner: $0["owner"]) }
    }
  }
}
