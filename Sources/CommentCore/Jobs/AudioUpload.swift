public import Foundation
import GRDB

/// An upload that can be taken up again after its connection broke.
public struct AudioUpload: Sendable, Equatable {
  /// UUID version 7.
  public var id: String
  /// Whose it is.
  public var owner: String
  /// The file's, as the client calls it.
  public var name: String
  /// Bytes that it will have.
  public var length: Int
  /// As the client has sent it.
  public var metadata: String
  /// The job to submit when it is whole: a JSON object; nil for none, or when it was submitted.
  public var order: String?
  /// SHA-256 of the bytes; nil until they are all there.
  public var sha256: String?
  /// The job that was submitted; nil again when it is gone.
  public var job: String?
  /// When it is given up.
  public var expires: Date

  /// A new one.
  public init(owner: String, name: String, length: Int, metadata: String, order: String?, expires: Date) {
    id = JobID.make(at: Date())
    (self.owner, self.name, self.length, self.metadata) = (owner, name, length, metadata)
    (self.order, self.expires) = (order, expires)
  }
}

extension Library {
  /// Keeps a new upload.
  public func add(_ upload: AudioUpload) async throws {
    try await write("add an upload to") { db in
      try db.execute(
        sql: """
          INSERT INTO uploads (id, owner, name, length, metadata, order_fields, expires_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          upload.id, upload.owner, upload.name, upload.length, upload.metadata, upload.order,
          upload.expires.milliseconds,
        ])
    }
  }

  /// Keeps how far an upload is: its hash, its job or what that is to be, and when it expires.
  public func update(_ upload: AudioUpload) async throws {
    try await write("change an upload in") { db in
      try db.execute(
        sql: "UPDATE uploads SET sha256 = ?, order_fields = ?, job = ?, expires_at = ? WHERE id = ?",
        arguments: [upload.sha256, upload.order, upload.job, upload.expires.milliseconds, upload.id])
    }
  }

  /// - Throws: ``CommentBotError`` with code `notFound`, also for another owner's.
  public func upload(_ id: String, owner: String) async throws -> AudioUpload {
    let found = try await uploads(where: "id = ? AND owner = ?", [id, owner])
    if let upload = found.first { return upload }
    throw CommentBotError(
      .notFound, "find", "the upload \(id)", cause: "no upload has this id, or it has expired",
      hint: "begin a new one with POST /v1/uploads")
  }

  /// An upload of this content that is whole.
  public func finishedUpload(of sha256: String, owner: String) async throws -> AudioUpload? {
    try await uploads(where: "owner = ? AND sha256 = ? LIMIT 1", [owner, sha256]).first
  }

  /// Whether anybody else has sent the audio and may still submit it.
  public func hasUpload(of sha256: String, besides owners: [String]) async throws -> Bool {
    try await uploads(where: "sha256 = ?", [sha256]).contains { !owners.contains($0.owner) }
  }

  /// Uploads that are to be given up.
  public func expiredUploads(at time: Date) async throws -> [AudioUpload] {
    try await uploads(where: "expires_at < ?", [time.milliseconds])
  }

  /// Whether an upload is there and to be given up.
  public func isExpired(_ id: String, at time: Date) async throws -> Bool {
    try await !uploads(where: "id = ? AND expires_at < ?", [id, time.milliseconds]).isEmpty
  }

  /// Forgets an upload.
  public func removeUpload(_ id: String) async throws {
    try await write("remove an upload from") {
      try $0.execute(sql: "DELETE FROM uploads WHERE id = ?", arguments: [id])
    }
  }

  /// Forgets an owner's uploads of this content.
  /// - Returns: their ids.
  public func removeUploads(of sha256: String, owner: String) async throws -> [String] {
    try await write("remove uploads from") { db in
      try String.fetchAll(
        db, sql: "DELETE FROM uploads WHERE owner = ? AND sha256 = ? RETURNING id", arguments: [owner, sha256])
    }
  }

  /// Which of these contents something still needs: a job that is not done, or an upload that may become one.
  /// - Parameter finished: needs the audio of finished jobs too, and of recordings.
  public func audioInUse(_ hashes: [String], byFinished finished: Bool) async throws -> Set<String> {
    try await read { db in
      try hashes.reduce(into: Set<String>()) { used, hash in
        let isUsed = try Bool.fetchOne(
          db,
          sql: """
            SELECT EXISTS (SELECT 1 FROM jobs WHERE audio_hash = :hash AND (:finished OR finished_at IS NULL))
              OR EXISTS (SELECT 1 FROM uploads WHERE sha256 = :hash)
              OR (:finished AND EXISTS (SELECT 1 FROM recordings WHERE sha256 = :hash))
            """, arguments: ["hash": hash, "finished": finished])
        if isUsed == true { used.insert(hash) }
      }
    }
  }

  private func uploads(where condition: String, _ arguments: StatementArguments) async throws -> [AudioUpload] {
    try await read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM uploads WHERE \(condition)", arguments: arguments).map { row in
        var upload = AudioUpload(
          owner: row["owner"], name: row["name"], length: row["length"], metadata: row["metadata"],
          order: row["order_fields"], expires: Date(milliseconds: row["expires_at"]))
        (upload.id, upload.sha256, upload.job) = (row["id"], row["sha256"], row["job"])
        return upload
      }
    }
  }
}
