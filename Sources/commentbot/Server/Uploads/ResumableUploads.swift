import CommentCore
import Foundation
import HTTPTypes
import Synchronization

/// Uploads that go on after their connection broke, also after a restart: how much is there tells the file.
final class ResumableUploads: Sendable {
  /// How long an upload waits for its next bytes, and its audio for a job.
  static let lifetime = 86_400.0

  let library: Library
  let intake: JobIntake
  /// How long a request waits for another one at the same upload to stop.
  private static let patience = Duration.seconds(5)
  /// Uploads that a request is at now, and what stops it.
  private let busy = Mutex<[String: @Sendable () -> Void]>([:])

  init(library: Library, intake: JobIntake) {
    self.library = library
    self.intake = intake
  }

  private var folder: URL { intake.home.inbox.appending(path: "uploads") }
  private func file(_ upload: AudioUpload) -> URL { folder.appending(path: upload.id) }

  // MARK: - Life of an upload

  /// - Throws: ``ServiceFailure`` when its job's fields are wrong: better now than after hours.
  func create(owner: String, length: Int, metadata: UploadMetadata) async throws -> AudioUpload {
    if let job = metadata.job {
      try await intake.requireRoom(for: owner)
      try await intake.check(Self.request(job))
    }
    let upload = AudioUpload(
      owner: owner, name: metadata.name, length: length, metadata: metadata.text, order: metadata.job,
      expires: Date(timeIntervalSinceNow: Self.lifetime))
    try await Blocking.run { [file = file(upload), folder] in
      try AtomicFile.makeFolder(folder)
      try AtomicFile.write(Data(), to: file)
    }
    try await library.add(upload)
    return upload
  }

  /// - Throws: ``CommentBotError`` with code `notFound`, also for another owner's.
  func upload(_ id: String, owner: String) async throws -> AudioUpload { try await library.upload(id, owner: owner) }

  /// The upload and how much of it is there; one that is whole is finished, should that have been interrupted.
  func find(_ id: String, owner: String) async throws -> (upload: AudioUpload, offset: Int) {
    let upload = try await library.upload(id, owner: owner)
    if isDone(upload) { return (upload, upload.length) }
    return try await alone(with: upload) {
      // Another request may have finished it meanwhile.
      let upload = try await self.upload(id, owner: owner)
      let offset = self.isDone(upload) ? upload.length : try self.size(of: upload)
      return (offset < upload.length || self.isDone(upload) ? upload : try await self.finish(upload), offset)
    }
  }

  /// Appends what comes.
  /// - Returns: the upload, and its new offset.
  /// - Throws: ``ServiceFailure`` with status 409 when the offset is another one, 413, or 423 when another request does
  ///   not stop writing.
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
      let end = try await self.write(bytes, to: upload, from: current)
      upload.expires = Date(timeIntervalSinceNow: Self.lifetime)
      try await self.library.update(upload)
      return end < upload.length ? (upload, end) : (try await self.finish(upload), end)
    }
  }

  func remove(_ upload: AudioUpload) async throws {
    try await alone(with: upload) {
      // The file first: it may be what keeps the disk from taking the other change.
      unlink(self.file(upload).path)
      try await self.library.removeUpload(upload.id)
    }
  }

  /// Gives up what has waited too long.
  /// - Returns: how many there were.
  func removeExpired() async throws -> Int {
    let expired = try await library.expiredUploads(at: Date())
    for upload in expired { try await remove(upload) }
    return expired.count
  }

  // MARK: - Steps

  private func isDone(_ upload: AudioUpload) -> Bool {
    upload.sha256 != nil && (upload.order == nil || upload.job != nil)
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
    var end = offset
    do {
      for try await piece in bytes {
        guard end + piece.count <= upload.length else {
          throw ServiceFailure(
            .contentTooLarge, "the upload has \(upload.length) bytes", param: "Upload-Length", code: "file_too_large")
        }
        try await file.append(piece)
        end += piece.count
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

  /// All bytes are there: the audio goes into the inbox and its job, if any, into the queue. Each step may come again.
  private func finish(_ whole: AudioUpload) async throws -> AudioUpload {
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
    if let order = upload.order, upload.job == nil {
      let audio = AudioForm.File(name: upload.name, sha256: sha256, byteCount: upload.length)
      upload.job = try await intake.submit(Self.request(order), file: audio, owner: upload.owner).job.id
      try await library.update(upload)
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
    while !enter(upload.id) {
      guard ContinuousClock.now < deadline else {
        throw ServiceFailure(
          HTTPResponse.Status(code: 423, reasonPhrase: "Locked"), "another request is at this upload",
          code: "upload_busy", hint: "ask again in a moment", retryAfter: 1)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    defer { busy.withLock { $0[upload.id] = nil } }
    let task = Task { try await body() }
    busy.withLock { $0[upload.id] = { task.cancel() } }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// - Returns: false when another request is there, which is told to stop.
  private func enter(_ id: String) -> Bool {
    let other = busy.withLock { busy in
      let other = busy[id]
      if other == nil { busy[id] = {} }
      return other
    }
    other?()
    return other == nil
  }
}

/// A file that is appended to, away from the shared pool.
private actor GrowingFile {
  private let executor = BlockingExecutor(label: "commentbot.upload")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  private let path: String
  private var descriptor: Int32

  init(_ url: URL) async throws {
    path = url.path
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", path) }
  }

  deinit {
    if descriptor >= 0 { Foundation.close(descriptor) }
  }

  func append(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw CommentBotError(errno: errno, "write", path) }
      done += count
    }
  }

  func cut(to byteCount: Int) {
    _ = ftruncate(descriptor, off_t(byteCount))
  }

  /// What was appended is on the disk then.
  func close() throws {
    defer {
      Foundation.close(descriptor)
      descriptor = -1
    }
    guard fsync(descriptor) == 0 else { throw CommentBotError(errno: errno, "write", path) }
  }
}
