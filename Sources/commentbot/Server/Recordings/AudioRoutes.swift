import CommentCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The original audio, whole or in part.
struct AudioRoutes: RouteSet {
  let environment: APIEnvironment
  /// Folders whose files may be sent.
  let roots: [URL]
  private let contents = KnownContents()

  init(environment: APIEnvironment, roots: [URL]) {
    (self.environment, self.roots) = (environment, roots)
  }

  func add(to router: Router<ServiceContext>) {
    router.get("v1/recordings/{id}/audio") { request, context in try await answer(request, context, hasBody: true) }
    router.head("v1/recordings/{id}/audio") { request, context in try await answer(request, context, hasBody: false) }
  }

  private func answer(_ request: Request, _ context: ServiceContext, hasBody: Bool) async throws -> Response {
    let recording = try await environment.library.recording(id: context.recordingID(), owner: context.principal.owner)
    let tag = EntityTag(recording.sha256)
    var headers = tag.headers
    if let known = request.headers[.ifNoneMatch], tag.isNamed(in: known) {
      return Response(status: .notModified, headers: headers)
    }
    let original = OriginalAudio(recording: recording, roots: roots, contents: contents)
    let file = try await original.open()
    headers[.acceptRanges] = "bytes"
    headers[.contentType] = original.contentType
    let count = recording.byteCount
    // A part of another state than the client has would not fit to what it has.
    let isSame = request.headers[.ifRange].map { $0 == tag.text } ?? true
    var (status, bytes) = (HTTPResponse.Status.ok, 0..<count)
    switch ByteRange(isSame ? request.headers[.range] : nil, count: count) {
    case .whole: break
    case .part(let part):
      (status, bytes) = (.partialContent, part)
      headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(count)"
    case .unsatisfiable:
      throw ServiceFailure(
        .rangeNotSatisfiable, "the audio has \(count) bytes", code: "range_not_satisfiable",
        headers: [.contentRange: "bytes */\(count)"])
    }
    headers[.contentLength] = "\(bytes.count)"
    guard hasBody else { return Response(status: status, headers: headers) }
    let body = ResponseBody(contentLength: bytes.count) { [bytes] writer in
      for start in stride(from: bytes.lowerBound, to: bytes.upperBound, by: Self.pieceBytes) {
        let end = min(start + Self.pieceBytes, bytes.upperBound)
        try await writer.write(ByteBuffer(bytes: try await Blocking.run { try file.read(start..<end) }))
      }
      try await writer.finish(nil)
    }
    return Response(status: status, headers: headers, body: body)
  }

  /// What is in memory of one answer.
  private static let pieceBytes = 256 * 1024
}
