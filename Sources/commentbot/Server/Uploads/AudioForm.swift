import CommentCore
import Foundation
import HTTPTypes
import Hummingbird

/// A form whose files go into the inbox while they arrive: memory does not grow with them.
struct AudioForm: Sendable {
  struct File: Sendable {
    /// As the client calls it.
    var name: String
    var sha256: String
    var byteCount: Int
    /// Why it is not there.
    var failure: ServiceFailure?
  }

  var files: [File] = []
  /// A field that is repeated is a list with commas.
  var fields: [String: String] = [:]
}

/// Receives forms.
struct AudioFormReceiver: Sendable {
  private static let maxFields = 64
  private static let maxFieldBytes = 64 << 10
  /// The fields that hold files.
  private static let fileFields: Set<String> = ["file", "files", "file[]", "files[]"]

  let inbox: AudioInbox
  /// Of one file.
  let maxBytes: Int
  /// In one form.
  var maxFiles = 1

  /// - Throws: ``ServiceFailure``, or ``CommentBotError`` when the disk cannot be written; files that are whole stay in
  ///   the inbox then, for the next attempt and the janitor.
  func receive(_ request: Request, _ context: ServiceContext) async throws -> AudioForm {
    if let text = request.headers[.contentLength], let length = Int(text), length > maxFiles * maxBytes + (1 << 20) {
      throw tooLarge
    }
    var parser = try MultipartParser(contentType: request.headers[.contentType])
    try await context.invite(request)
    var state = State()
    do {
      for try await buffer in request.body {
        for event in try parser.feed(buffer.readableBytesView) { try await take(event, &state) }
      }
      try parser.finish()
    } catch {
      await state.file?.audio.discard()
      guard error is ServiceFailure || error is CommentBotError else {
        throw ServiceFailure(.badRequest, "the upload was broken off: \(error)", code: "broken_off")
      }
      throw error
    }
    return state.form
  }

  private struct State {
    var form = AudioForm()
    var file: (name: String, audio: IncomingAudio)?
    var field: (name: String, bytes: [UInt8])?
    var parts = 0
  }

  private func take(_ event: MultipartParser.Event, _ state: inout State) async throws {
    switch event {
    case .part(let name, let filename):
      state.parts += 1
      guard state.parts <= Self.maxFields + maxFiles else {
        throw ServiceFailure(.badRequest, "the form has too many fields", code: "too_many_fields")
      }
      guard filename != nil || Self.fileFields.contains(name) else {
        state.field = (name, [])
        return
      }
      guard Self.fileFields.contains(name) else { throw JobFields.unknown(name) }
      guard state.form.files.count < maxFiles else {
        throw ServiceFailure(
          .badRequest, "there may be \(maxFiles == 1 ? "only one file" : "no more than \(maxFiles) files")",
          param: name, code: "too_many_files")
      }
      state.file = (Self.baseName(filename ?? name), IncomingAudio(inbox))
    case .data(let bytes):
      if let file = state.file {
        guard await file.audio.byteCount + bytes.count <= maxBytes else { throw tooLarge }
        try await file.audio.append(bytes)
      } else if let field = state.field {
        guard field.bytes.count + bytes.count <= Self.maxFieldBytes else {
          throw ServiceFailure(
            .badRequest, "the field '\(field.name)' is too long", param: field.name, code: "field_too_long")
        }
        state.field?.bytes += bytes
      }
    case .endOfPart:
      if let file = state.file { state.form.files.append(try await end(file)) }
      if let field = state.field {
        guard let text = String(validating: field.bytes, as: UTF8.self) else {
          throw ServiceFailure(
            .badRequest, "the field '\(field.name)' is no UTF-8", param: field.name, code: "malformed_body")
        }
        let name = field.name.hasSuffix("[]") ? String(field.name.dropLast(2)) : field.name
        state.form.fields[name] = state.form.fields[name].map { "\($0),\(text)" } ?? text
      }
      (state.file, state.field) = (nil, nil)
    }
  }

  private func end(_ file: (name: String, audio: IncomingAudio)) async throws -> AudioForm.File {
    let byteCount = await file.audio.byteCount
    guard byteCount > 0 else {
      let failure = ServiceFailure(
        .badRequest, "the file '\(file.name)' is empty", param: "file", code: "empty_file")
      return AudioForm.File(name: file.name, sha256: "", byteCount: 0, failure: failure)
    }
    let sha256 = try await file.audio.keep(as: file.name)
    return AudioForm.File(name: file.name, sha256: sha256, byteCount: byteCount)
  }

  /// Some clients send a whole path.
  private static func baseName(_ name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? "audio"
    return String(last.prefix(200))
  }

  private var tooLarge: ServiceFailure {
    ServiceFailure(
      .contentTooLarge, "the file is larger than the limit of \(TimeText.bytes(maxBytes))", param: "file",
      code: "file_too_large")
  }
}
