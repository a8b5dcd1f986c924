import CommentCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The resumable uploads of tus.io: the core protocol 1.0.0 with creation, expiration and termination.
struct UploadRoutes: RouteSet {
  private static let version = "1.0.0"
  private static let noContent = HTTPResponse.Status.noContent

  let uploads: ResumableUploads

  func add(to router: Router<ServiceContext>) {
    router.on("v1/uploads", method: .options) { _, _ in options() }
    router.post("v1/uploads") { request, context in try await create(request, context) }
    router.head("v1/uploads/{id}") { request, context in try await offset(request, context) }
    router.get("v1/uploads/{id}") { _, context in try await show(context) }
    router.patch("v1/uploads/{id}") { request, context in try await append(request, context) }
    router.delete("v1/uploads/{id}") { request, context in try await terminate(request, context) }
    router.post("v1/uploads/{id}") { request, context in try await overridden(request, context) }
  }

  private func options() -> Response {
    var response = Response(status: Self.noContent)
    response.headers[.tusVersion] = Self.version
    response.headers[.tusExtension] = "creation,expiration,termination"
    response.headers[.tusMaxSize] = "\(uploads.intake.settings.maxBytes)"
    return tus(response)
  }

  private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
    try requireVersion(request)
    let maxBytes = uploads.intake.settings.maxBytes
    guard let length = request.headers[.uploadLength].flatMap({ Int($0) }), length > 0 else {
      throw ServiceFailure(
        .badRequest, "Upload-Length must be the number of bytes, above 0", param: "Upload-Length",
        code: "malformed_parameter")
    }
    guard length <= maxBytes else {
      throw ServiceFailure(
        .contentTooLarge, "the file is larger than the limit of \(TimeText.bytes(maxBytes))", param: "Upload-Length",
        code: "file_too_large")
    }
    let metadata = try UploadMetadata(request.headers[.uploadMetadata] ?? "")
    let upload = try await uploads.create(owner: context.principal.owner, length: length, metadata: metadata)
    var response = Response(status: .created)
    response.headers[.location] = "/v1/uploads/\(upload.id)"
    return tus(response, upload)
  }

  private func offset(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let (upload, offset) = try await uploads.find(context.parameters.require("id"), owner: context.principal.owner)
    try requireVersion(request)
    var response = Response(status: .ok)
    response.headers[.uploadOffset] = "\(offset)"
    response.headers[.uploadLength] = "\(upload.length)"
    if !upload.metadata.isEmpty { response.headers[.uploadMetadata] = upload.metadata }
    return tus(response, upload)
  }

  private func append(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let upload = try await uploads.upload(context.parameters.require("id"), owner: context.principal.owner)
    try requireVersion(request)
    guard request.headers[.contentType] == "application/offset+octet-stream" else {
      throw ServiceFailure(
        .unsupportedMediaType, "the body must be application/offset+octet-stream", code: "wrong_media_type")
    }
    guard let offset = request.headers[.uploadOffset].flatMap({ Int($0) }), offset >= 0 else {
      throw ServiceFailure(
        .badRequest, "Upload-Offset must be a number of bytes", param: "Upload-Offset", code: "malformed_parameter")
    }
    try await context.invite(request)
    let bytes = request.body.map { Array($0.readableBytesView) }
    let (after, end) = try await uploads.append(bytes, to: upload, at: offset)
    var response = Response(status: Self.noContent)
    response.headers[.uploadOffset] = "\(end)"
    return tus(response, after)
  }

  private func terminate(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let upload = try await uploads.upload(context.parameters.require("id"), owner: context.principal.owner)
    try requireVersion(request)
    try await uploads.remove(upload)
    return tus(Response(status: Self.noContent))
  }

  /// For clients whose network lets no other methods through.
  private func overridden(_ request: Request, _ context: ServiceContext) async throws -> Response {
    switch request.headers[.methodOverride]?.uppercased() {
    case "PATCH": return try await append(request, context)
    case "DELETE": return try await terminate(request, context)
    case "HEAD": return try await offset(request, context)
    default:
      _ = try await uploads.upload(context.parameters.require("id"), owner: context.principal.owner)
      throw ServiceFailure(
        .badRequest, "X-HTTP-Method-Override must be PATCH, DELETE or HEAD", param: "X-HTTP-Method-Override",
        code: "malformed_parameter")
    }
  }

  private struct State: Encodable {
    var id: String
    var name: String
    var length: Int
    var offset: Int
    var expires: Date
    var audioHash: String?
    var job: String?
  }

  private func show(_ context: ServiceContext) async throws -> Response {
    let (upload, offset) = try await uploads.find(context.parameters.require("id"), owner: context.principal.owner)
    return try tus(
      SpeechResponse.json(
        State(
          id: upload.id, name: upload.name, length: upload.length, offset: offset, expires: upload.expires,
          audioHash: upload.sha256, job: upload.job)))
  }

  /// The answer to a failed request, which names the protocol too when it is about uploads.
  static func mark(_ response: Response, to request: Request) -> Response {
    guard request.uri.path.split(separator: "/").prefix(2) == ["v1", "uploads"] else { return response }
    var response = response
    response.headers[.tusResumable] = version
    return response
  }

  private func requireVersion(_ request: Request) throws {
    guard request.headers[.tusResumable] != Self.version else { return }
    throw ServiceFailure(
      .preconditionFailed, "Tus-Resumable must be \(Self.version)", param: "Tus-Resumable", code: "wrong_tus_version",
      headers: [.tusVersion: Self.version])
  }

  private func tus(_ response: Response, _ upload: AudioUpload? = nil) -> Response {
    var response = response
    response.headers[.tusResumable] = Self.version
    guard let upload else { return response }
    response.headers[.uploadExpires] = Self.date(upload.expires)
    response.headers[.audioHash] = upload.sha256
    response.headers[.jobID] = upload.job
    return response
  }

  /// As HTTP writes times.
  private static func date(_ date: Date) -> String {
    let style = Date.VerbatimFormatStyle(
      format: """
        \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \
        \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)
        """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
    return date.formatted(style) + " GMT"
  }
}

extension HTTPField.Name {
  static let tusResumable = HTTPField.Name("Tus-Resumable")!
  static let tusVersion = HTTPField.Name("Tus-Version")!
  static let tusExtension = HTTPField.Name("Tus-Extension")!
  static let tusMaxSize = HTTPField.Name("Tus-Max-Size")!
  static let uploadLength = HTTPField.Name("Upload-Length")!
  static let uploadOffset = HTTPField.Name("Upload-Offset")!
  static let uploadMetadata = HTTPField.Name("Upload-Metadata")!
  static let uploadExpires = HTTPField.Name("Upload-Expires")!
  static let methodOverride = HTTPField.Name("X-HTTP-Method-Override")!
  static let audioHash = HTTPField.Name("CommentBot-Audio-Hash")!
  static let jobID = HTTPField.Name("CommentBot-Job")!
}
