import CommentCore
import Foundation
import HTTPTypes

/// Takes jobs for an owner: finds the audio, checks the options, asks the queue.
struct JobIntake: Sendable {
  let home: Home
  let library: Library
  let jobs: any JobStore
  let settings: JobSettings
  let paths: AllowedPaths
  /// See ``Settings/jobVersion``.
  let version: String
  private let room: QueueRoom
  /// Seconds until an owner with a full queue may try again.
  private static let pause = 30

  init(home: Home, library: Library, jobs: any JobStore, settings: Settings) throws {
    (self.home, self.library, self.jobs, self.settings) = (home, library, jobs, settings.jobs)
    paths = try AllowedPaths(settings.jobs.allowedPaths)
    room = QueueRoom(jobs: jobs, limit: settings.jobs.queueDepth)
    version = settings.jobVersion
  }

  var inbox: AudioInbox { AudioInbox(folder: home.inbox) }

  /// - Throws: ``ServiceFailure`` with status 429 when the owner has too many jobs that are not done.
  func requireRoom(for owner: String) async throws {
    if try await room.hasRoom(for: owner) { return }
    throw ServiceFailure(
      .tooManyRequests, "\(settings.queueDepth) jobs are queued or running already", code: "queue_full",
      hint: "wait until some are done", retryAfter: Self.pause)
  }

  /// Whether the options of a request could be taken.
  /// - Throws: ``ServiceFailure`` naming the field that is wrong.
  func check(_ request: JobRequest) async throws {
    _ = try await options(of: request)
  }

  /// - Parameter file: that came with the request; nil when the request says where it is.
  /// - Throws: ``ServiceFailure`` naming what is wrong, ``CommentBotError``.
  func submit(
    _ request: JobRequest, file: AudioForm.File? = nil, owner: String, idempotencyKey: String? = nil
  ) async throws -> (job: Job, isNew: Bool) {
    let options = try await options(of: request)
    var order = try await order(request, file, owner: owner)
    order.options = options
    order.callbackURL = request.callbackURL
    do {
      return try await jobs.submit(
        JobSubmission(
          owner: owner, order: order, priority: request.priority, batch: request.batch, idempotencyKey: idempotencyKey,
          version: version)
      )
    } catch let error as CommentBotError where error.code == .conflict && idempotencyKey != nil {
      throw ServiceFailure(
        .unprocessableContent, error.cause, param: "Idempotency-Key", code: "idempotency_key_reused", hint: error.hint)
    }
  }

  /// The kinds of comments are files: read away from the shared pool.
  private func options(of request: JobRequest) async throws -> JobOptions {
    guard request.options["kinds"] != nil else { return try JobFields.options(request.options, in: home) }
    return try await Blocking.run { [home] in try JobFields.options(request.options, in: home) }
  }

  private func order(_ request: JobRequest, _ file: AudioForm.File?, owner: String) async throws -> JobOrder {
    switch (file, request.source) {
    case (let file?, nil):
      if let failure = file.failure { throw failure }
      return JobOrder(name: request.name ?? file.name, audioHash: file.sha256, byteCount: file.byteCount)
    case (nil, .path(let path)?):
      return try await Blocking.run { [paths, name = request.name] in
        let url = try paths.file(path)
        let digest = try FileDigest.sha256(of: url)
        guard digest.byteCount > 0 else {
          throw ServiceFailure(.unprocessableContent, "the file is empty", param: "path", code: "empty_file")
        }
        return JobOrder(
          name: name ?? url.lastPathComponent, audioHash: digest.hex, byteCount: digest.byteCount, path: url.path)
      }
    case (nil, .audioHash(let hash)?): return try await known(hash, name: request.name, owner: owner)
    case (nil, nil):
      throw ServiceFailure(
        .badRequest, "the audio is missing", param: "file", code: "audio_missing",
        hint: "send the field 'file', or path or audio_hash")
    case (_?, _?):
      throw ServiceFailure(
        .unprocessableContent, "the audio is in the request itself", param: "audio_hash", code: "wrong_value",
        hint: "give one of file, path and audio_hash")
    }
  }

  /// Audio that this owner has sent before. That others have it is told to nobody.
  private func known(_ hash: String, name: String?, owner: String) async throws -> JobOrder {
    if var order = try await jobs.source(ofAudio: hash, owner: owner) {
      order.name = name ?? order.name
      return order
    }
    if let upload = try await library.finishedUpload(of: hash, owner: owner) {
      return JobOrder(name: name ?? upload.name, audioHash: hash, byteCount: upload.length)
    }
    if let recording = try? await library.recording(id: hash, owner: owner) {
      let isUploaded = FileManager.default.fileExists(atPath: inbox.url(of: hash, name: recording.path).path)
      return JobOrder(
        name: name ?? URL(filePath: recording.path).lastPathComponent, audioHash: hash, byteCount: recording.byteCount,
        path: isUploaded ? nil : recording.path)
    }
    throw ServiceFailure(
      .unprocessableContent, "you have sent no audio with this hash", param: "audio_hash", code: "audio_unknown",
      hint: "send the file itself")
  }
}
