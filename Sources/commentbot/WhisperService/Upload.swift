import CommentCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The fields of a request's form, and its file, which is on the disk for as long as this object lives.
final class Upload: Sendable {
  let file: URL
  /// As the client calls it; for messages only.
  let filename: String
  let byteCount: Int
  let fields: [String: [String]]

  init(file: URL, filename: String, byteCount: Int, fields: [String: [String]] = [:]) {
    self.file = file
    self.filename = filename
    self.byteCount = byteCount
    self.fields = fields
  }

  deinit {
    unlink(file.path)
  }
}

/// Receives a form and writes its file to the disk while it arrives: memory does not grow with it.
struct UploadReceiver {
  private static let maxFields = 64
  private static let maxFieldBytes = 64 << 10

  /// Where the file goes.
  let folder: URL
  let maxBytes: Int
  /// The form's field that holds the file.
  let fileField: String
  /// Bytes to leave free at the file's start.
  var reservedBytes = 0

  /// - Parameter invite: called when nothing in the request's head speaks against its body.
  /// - Throws: ``ServiceFailure``, or ``CommentBotError`` when the disk cannot be written; nothing is left then.
  func receive(_ request: Request, invite: () async throws -> Void) async throws -> Upload {
    if let text = request.headers[.contentLength], let length = Int(text), length > maxBytes + (1 << 20) {
      throw tooLarge
    }
    var parser = try MultipartParser(contentType: request.headers[.contentType])
    let url = folder.appending(path: UUID().uuidString)
    let file = try await UploadFile(url, reservedBytes: reservedBytes)
    do {
      var form = Form()
      try await invite()
      for try await buffer in request.body {
        for event in try parser.feed(buffer.readableBytesView) { try await take(event, into: file, &form) }
      }
      try parser.finish()
      try await file.close()
      guard let filename = form.filename else {
        throw ServiceFailure(.badRequest, "the field '\(fileField)' with the audio file is missing", param: fileField)
      }
      guard form.byteCount > 0 else {
        throw ServiceFailure(.badRequest, "the file '\(filename)' is empty", param: fileField, code: "empty_file")
      }
      return Upload(file: url, filename: filename, byteCount: form.byteCount, fields: form.texts)
    } catch {
      unlink(url.path)
      guard error is ServiceFailure || error is CommentBotError else {
        throw ServiceFailure(.badRequest, "the upload was broken off: \(error)", code: "broken_off")
      }
      throw error
    }
  }

  private struct Form {
    var filename: String?
    var byteCount = 0
    var texts: [String: [String]] = [:]
    /// The field that is being received; nil for the file and for files that nobody asked for.
    var field: (name: String, bytes: [UInt8])?
    var isInFile = false
    var parts = 0
  }

  private func take(_ event: MultipartParser.Event, into file: UploadFile, _ form: inout Form) async throws {
    switch event {
    case .part(let name, let filename):
      form.parts += 1
      guard form.parts <= Self.maxFields else { throw ServiceFailure(.badRequest, "the form has too many fields") }
      form.isInFile = name == fileField
      form.field = form.isInFile || filename != nil ? nil : (name, [])
      guard form.isInFile else { return }
      guard form.filename == nil else {
        throw ServiceFailure(.badRequest, "there may be only one '\(fileField)'", param: fileField)
      }
      form.filename = filename ?? name
    case .data(let bytes):
      if form.isInFile {
        form.byteCount += bytes.count
        guard form.byteCount <= maxBytes else { throw tooLarge }
        try await file.append(bytes)
      } else if let field = form.field {
        guard field.bytes.count + bytes.count <= Self.maxFieldBytes else {
          throw ServiceFailure(.badRequest, "the field '\(field.name)' is too long", param: field.name)
        }
        form.field?.bytes += bytes
      }
    case .endOfPart:
      if let field = form.field {
        form.texts[field.name, default: []].append(String(decoding: field.bytes, as: UTF8.self))
      }
      form.field = nil
    }
  }

  private var tooLarge: ServiceFailure {
    ServiceFailure(
      .contentTooLarge, "the file is larger than the limit of \(TimeText.bytes(maxBytes))", param: fileField,
      code: "file_too_large")
  }
}

/// A new file that only this user may read, written away from the shared pool.
private actor UploadFile {
  private let executor = BlockingExecutor(label: "commentbot.upload")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  private let url: URL
  private let handle: FileHandle

  init(_ url: URL, reservedBytes: Int) async throws {
    self.url = url
    guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = try? FileHandle(forWritingTo: url)
    else {
      throw CommentBotError(.io, "write", url.path, cause: "the temporary folder cannot be written")
    }
    self.handle = handle
    if reservedBytes > 0 { try handle.write(contentsOf: Data(count: reservedBytes)) }
  }

  func append(_ bytes: [UInt8]) throws {
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
      throw CommentBotError(
        isFull ? .diskFull : .io, "write", "the upload", cause: error.localizedDescription, hint: "df -h \(url.path)")
    }
  }

  func close() throws {
    try handle.close()
  }
}
