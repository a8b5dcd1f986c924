import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What tells one state of a resource from all others (RFC 9110, 8.8.3).
struct EntityTag: Sendable, Equatable {
  /// In its quotes.
  let text: String

  init(_ opaque: String) {
    text = "\"\(opaque)\""
  }

  /// Of a body that is at hand.
  init(of body: Data) {
    self.init(SHA256.hash(data: body).prefix(16).map { String(format: "%02x", $0) }.joined())
  }

  /// Whether a list such as that of `If-None-Match` names it, or any.
  func isNamed(in list: String) -> Bool {
    list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.contains { tag in
      tag == "*" || tag == text || tag == "W/" + text
    }
  }

  /// Kept by the client alone, and asked for again before it is used.
  var headers: HTTPFields { [.eTag: text, .cacheControl: "private, no-cache"] }
}

extension Response {
  /// The body with its tag, or 304 where the client has it already.
  static func tagged(_ body: Data, type: String, for request: Request) -> Response {
    let tag = EntityTag(of: body)
    if let known = request.headers[.ifNoneMatch], tag.isNamed(in: known) {
      return Response(status: .notModified, headers: tag.headers)
    }
    var headers = tag.headers
    headers[.contentType] = type
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
