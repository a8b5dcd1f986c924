import HTTPTypes
import Hummingbird
import NIOCore

/// Problem details for HTTP APIs (RFC 9457), with a stable `code`, what mends it, and the request's id.
struct Problem: Encodable {
  var type: String
  var title: String
  var status: Int
  var detail: String
  var code: String
  var hint: String?
  /// The field of the request that is wrong.
  var param: String?
  var requestID: String

  enum CodingKeys: String, CodingKey {
    case type, title, status, detail, code, hint, param
    case requestID = "request_id"
  }

  init(_ failure: ServiceFailure, requestID: String) {
    (title, status, detail) = (failure.status.reasonPhrase, failure.status.code, failure.message)
    code = failure.code ?? "http_\(failure.status.code)"
    // Relative to the server: the list of codes in its documentation.
    type = "/docs#\(code)"
    (hint, param, self.requestID) = (failure.hint, failure.param, requestID)
  }
}

extension ServiceFailure {
  /// The answer of CommentBot's own routes.
  func problem(requestID: String) -> Response {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
    // The text is this program's own and always encodes.
    let json = (try? JSONLine.of(Problem(self, requestID: requestID))) ?? ""
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }
}
