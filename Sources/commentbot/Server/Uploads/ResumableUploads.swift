import CommentCore
import Foundation
import HTTPTypes
import Synchronization

/// Uploads that go on after their connection broke, also after a restart: how much is there tells the file.
final class ResumableUploads: Sendable {
  /// How long an upload waits for its next bytes, and its audio for a job.
  static let lifetime = 86_400.0
  /// How often that time begins anew while bytes come.
  private static let renewal = 3600.0

  let library: Library
  let intake: JobIntake
  private let now: @Sendable () -> Date
  /// How long a request waits for another one at the same upload to stop.
  private static let patience = Duration.seconds(5)
  /// Uploads that a request is at now, and what stops it.
  private let busy = Mutex<[String: @Sendable () -> Void]>([:])

  init(library: Library, intake: JobIntake, now: @escaping @Sendable () -> Date = { Date() }) {
    self.library = library
    self.intake = intake
    self.now = now
  }

  private func file(_ upload: AudioUpload) -> URL { intake.inbox.file(ofUpload: upload.id) }

  // MARK: - Life of an upload

  /// - Throws: ``ServiceFailure`` when its job's fields are wrong, ``CommentBotError`` with code `notFound` when the
  ///   job's batch is not there: better now than after hours.
  func create(owner: String, length: Int, metadata: UploadMetadata) async throws -> AudioUpload {
    if let job = metadata.job {
      let request = try Self.request(job)
      try await intake.requireRoom(for: owner)
      try await intake.check(request)
      try request.requireNoSource()
      if let batch = request.batch { _ = try await intake.jobs.batch(batch, owner: owner) }
    }
    let upload = AudioUpload(
      owner: owner, name: metadata.name, length: length, metadata: metadata.text, order: metadata.job,
      expires: now().addingTimeInterval(Self.lifetime))
    try await Blocking.run { [file = file(upload)] in
      try AtomicFile.makeFolder(file.deletingLastPathComponent())
      try AtomicFile.write(Data(), to: file)
    }
    try await library.add(upload)
    return upload
  }

  /// - Throws: ``CommentBotError`` with code `notFound`, also for another owner's.
  func upload(_ id: String, owner: String) async throws -> AudioUpload { try await library.upload(id, owner: owner) }

  /// The upload and how much of it is there; one that is whole is finished, should that have been interrupted. That
  /// its job cannot be submitted is told to who sends the last bytes, and is no reason to hide the upload.
  func find(_ id: String, owner: String) async throws -> (upload: AudioUpload, offset: Int) {
    let upload = try await library.upload(id, owner: owner)
    if isDone(upload) { return (upload, upload.length) }
    return try await alone(with: upload) {
      // Another request may have finished it meanwhile.
      let upload = try await self.upload(id, owner: owner)
      let offset = self.isDone(upload) ? upload.length : try self.size(of: upload)
      if offset < upload.length || self.isDone(upload) { return (upload, offset) }
      let whole = try await self.keep(upload)
      return ((try? await self.submit(whole)) ?? whole, offset)
    }
  }

  /// Appends what comes.
  /// - Returns: the upload, and its new offset.
  /// - Throws: ``ServiceFailure`` with status 409 when the offset is another one, 413, 423 when another request does
  ///   not stop writing, or what the job is refused with.
  func append<Bytes: AsyncSequence & Sendable>(
    _ bytes: Bytes, to upload: AudioUpload, at offset: Int
  ) async throws -> (upload: AudioUpload, offset: Int) where Bytes.Element == [UInt8] {
    try await alone(with: upload) {
      var upload = try await self.upload(upload.id, owner: upload.owner)
      let current = self.isDone(upload) ? upload.length : try self.size(of: upload)
      guard offset == current else {
        throw ServiceFailure(
          .conflict, "the upload is at \(current), not at \(offset)", param: "Upload-Offset", code: "wrong_offset",
          hint: "ask for the offset with HEAD")
      }
      if self.isDone(upload) { return (upload, current) }
      // What is whole has no file to write to, and may still have no job.
      let end = current < upload.length ? try await self.write(bytes, to: upload, from: current) : current
      upload = try await self.renew(upload)
      return end < upload.length ? (upload, end) : (try await self.submit(self.keep(upload)), end)
    }
  }

  func remove(_ upload: AudioUpload) async throws {
    try await alone(with: upload) { try await self.drop(upload) }
  }

  /// Gives up what has waited too long, but nothing that a request is at.
  /// - Returns: how many there were.
  func removeExpired() async throws -> Int {
    var count = 0
    for upload in try await library.expiredUploads(at: now()) {
      guard enter(upload.id) == nil else { continue }
      count += try await work(at: upload) {
        // A request may have been at it since the list was made.
        guard try await self.library.isExpired(upload.id, at: self.now()) else { return 0 }
        try await self.drop(upload)
        return 1
      }
    }
    return count
  }

  // MARK: - Steps

  private func isDone(_ upload: AudioUpload) -> Bool {
    upload.sha256 != nil && (upload.order == nil || upload.job != nil)
  }

  private func drop(_ upload: AudioUpload) async throws {
    // The file first: it may be what keeps the disk from taking the other change.
    unlink(file(upload).path)
    try await library.removeUpload(upload.id)
  }

  private func renew(_ upload: AudioUpload) async throws -> AudioUpload {
    var upload = upload
    upload.expires = now().addingTimeInterval(Self.lifetime)
    try await library.update(upload)
    return upload
  }

  private func size(of upload: AudioUpload) throws -> Int {
    let facts = try? FileManager.default.attributesOfItem(atPath: file(upload).path)
    if let size = facts?[.size] as? NSNumber { return size.intValue }
    // Its bytes are in the inbox already, its job is not submitted.
    if upload.sha256 != nil { return upload.length }
    throw CommentBotError(
      .notFound, "find", "the upload \(upload.id)", cause: "its bytes are gone",
      hint: "begin a new one with POST /v1/uploads")
  }

  /// Keeps all that has come, also when the connection breaks, but not when the disk is full: others need the room.
  private func write<Bytes: AsyncSequence & Sendable>(
    _ bytes: Bytes, to upload: AudioUpload, from offset: Int
  ) async throws -> Int where Bytes.Element == [UInt8] {
    let file = try await GrowingFile(file(upload))
    var (upload, end) = (upload, offset)
    do {
      for try await piece in bytes {
        guard end + piece.count <= upload.length else {
          throw ServiceFailure(
            .contentTooLarge, "the upload has \(upload.length) bytes", param: "Upload-Length", code: "file_too_large")
        }
        try await file.append(piece)
        end += piece.count
        if upload.expires.timeIntervalSince(now()) < Self.lifetime - Self.renewal { upload = try await renew(upload) }
      }
    } catch {
      if (error as? CommentBotError)?.code == .diskFull { await file.cut(to: offset) }
      try? await file.close()
      guard error is ServiceFailure || error is CommentBotError else {
        throw ServiceFailure(.badRequest, "the upload was broken off: \(error)", code: "broken_off")
      }
      throw error
    }
    try await file.close()
    return end
  }

  /// All bytes are there: the audio goes into the inbox. Each step may come again.
  private func keep(_ whole: AudioUpload) async throws -> AudioUpload {
    var upload = whole
    let file = file(upload)
    if upload.sha256 == nil {
      upload.sha256 = try await Blocking.run { try FileDigest.sha256(of: file).hex }
      try await library.update(upload)
    }
    let sha256 = upload.sha256 ?? ""
    try await Blocking.run { [inbox = intake.inbox, name = upload.name] in
      if FileManager.default.fileExists(atPath: file.path) { try inbox.take(file, sha256: sha256, name: name) }
    }
    return upload
  }

  /// The job, if any, goes into the queue.
  /// - Throws: ``ServiceFailure``; never with status 404, which would say that the upload is not there.
  private func submit(_ kept: AudioUpload) async throws -> AudioUpload {
    guard let order = kept.order, kept.job == nil, let sha256 = kept.sha256 else { return kept }
    var upload = kept
    do {
      let audio = AudioForm.File(name: upload.name, sha256: sha256, byteCount: upload.length)
      upload.job = try await intake.submit(Self.request(order), file: audio, owner: upload.owner).job.id
      // Submitted once: the job may be gone before the upload is.
      upload.order = nil
      try await library.update(upload)
    } catch {
      var failure = ServiceFailure(error)
      if failure.status == .notFound { failure.status = .unprocessableContent }
      failure.message = "the audio is here, but its job was not taken: \(failure.message)"
      failure.hint = "POST /v1/jobs with the audio_hash \(sha256)"
      failure.headers[.audioHash] = sha256
      throw failure
    }
    return upload
  }

  private static func request(_ json: String) throws -> JobRequest {
    guard let object = try? JSONDecoder().decode([String: FieldValue].self, from: Data(json.utf8)) else {
      throw ServiceFailure(
        .badRequest, "'job' is no JSON object", param: "Upload-Metadata", code: "malformed_parameter")
    }
    return try JobRequest(FieldValue.fields(object))
  }

  /// Does the work while no other request is at the upload. One that is gets stopped: mostly its client has gone, and
  /// the server has not noticed. What it has received stays.
  /// - Throws: ``ServiceFailure`` with status 423 when it does not stop in time.
  private func alone<Value: Sendable>(
    with upload: AudioUpload, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let deadline = ContinuousClock.now + Self.patience
    while let stop = enter(upload.id) {
      stop()
      guard ContinuousClock.now < deadline else {
        throw ServiceFailure(
          HTTPResponse.Status(code: 423, reasonPhrase: "Locked"), "another request is at this upload",
          code: "upload_busy", hint: "ask again in a moment", retryAfter: 1)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try await work(at: upload, body)
  }

  /// Does the work at an upload that was entered, and leaves it.
  private func work<Value: Sendable>(
    at upload: AudioUpload, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    defer { busy.withLock { $0[upload.id] = nil } }
    let task = Task { try await body() }
    busy.withLock { $0[upload.id] = { task.cancel() } }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// - Returns: what stops the other request that is there; nil when there was none, so that this one is now.
  private func enter(_ id: String) -> (@Sendable () -> Void)? {
    busy.withLock { busy in
      let other = busy[id]
      if other == nil { busy[id] = {} }
      return other
    }
  }
}
