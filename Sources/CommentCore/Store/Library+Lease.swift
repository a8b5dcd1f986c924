import GRDB

extension Library {
  /// In the transaction of what is written for a job: who deletes a recording deletes its jobs first, and finds it gone
  /// for good.
  static func require(_ lease: Lease?, in db: Database) throws {
    guard let lease else { return }
    let holder = try Row.fetchOne(db, sql: "SELECT lease_id FROM jobs WHERE id = ?", arguments: [lease.job])
    guard let holder else {
      throw CommentBotError(
        .notFound, "keep", "the result of a job", cause: "the job was deleted with its recording",
        hint: "submit it again")
    }
    guard holder["lease_id"] == lease.id else {
      throw CommentBotError(.cancelled, "keep", "the result of a job", cause: "another worker has it by now")
    }
  }

  /// Whether nobody owns the recording and no job is on it.
  public func isForgotten(_ sha256: String) async throws -> Bool {
    try await read { db in
      try !Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM recording_owners WHERE recording = :audio)
            OR EXISTS (SELECT 1 FROM jobs WHERE audio_hash = :audio)
          """, arguments: ["audio": sha256])!
    }
  }
}
