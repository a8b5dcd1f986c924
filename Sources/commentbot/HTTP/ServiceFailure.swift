import CommentCore
import Foundation
import HTTPTypes
import Hummingbird

/// A request that fails: the one place where errors become HTTP statuses. OpenAI's routes answer with its error
/// objects, CommentBot's own with problem details (RFC 9457).
struct ServiceFailure: Error, Equatable {
  var status: HTTPResponse.Status
  var message: String
  /// What the log says in its place: of this machine's files more than others should know.
  var logMessage: String?
  /// The field of the request that is wrong.
  var param: String?
  var code: String?
  /// What mends it.
  var hint: String?
  /// Seconds after which it may be worth to try again.
  var retryAfter: Int?
  /// What else the answer's head says.
  var headers: HTTPFields = [:]

  /// Seconds after which what is busy may be asked again.
  private static let busyPause = 5

  init(
    _ status: HTTPResponse.Status, _ message: String, logMessage: String? = nil, param: String? = nil,
    code: String? = nil, hint: String? = nil, retryAfter: Int? = nil, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.logMessage = logMessage
    self.hint = hint
    self.message = message
    self.param = param
    self.code = code
    self.retryAfter = retryAfter
    self.headers = headers
  }

  init(_ error: any Error) {
    switch error {
    case let failure as ServiceFailure: self = failure
    case let error as CommentBotError: self.init(error)
    case let error as HTTPError: self.init(error.status, error.body ?? error.status.reasonPhrase)
    case is CancellationError: self.init(.serviceUnavailable, "the work was stopped", code: "cancelled")
    default: self.init(.internalServerError, "the server failed", logMessage: "\(error)", hint: "look at its log")
    }
  }

  private init(_ error: CommentBotError) {
    let status: HTTPResponse.Status =
      switch error.code {
      case .usage, .unreadableAudio, .inputMissing, .contextExceeded: .badRequest
      case .notFound: .notFound
      case .conflict: .unprocessableContent
      case .diskFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
      case .cancelled, .unreachable, .busy: .serviceUnavailable
      case .configuration, .modelMissing, .modelDamaged, .engine, .badReply, .cutOff, .serverError, .refused,
        .permission, .io, .database, .databaseNewer, .backupDamaged:
        .internalServerError
      }
    let told = error.withoutPaths
    self.init(
      status, "cannot \(told.operation) \(told.subject): \(told.cause)", logMessage: "\(error)",
      code: error.code.rawValue, hint: told.remedy, retryAfter: error.code == .busy ? Self.busyPause : nil)
  }

  var response: Response {
    var headers = headers
    headers[.contentType] = "application/json; charset=utf-8"
    if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
    // The text is this program's own and always encodes.
    let json = (try? JSONLine.of(Object(error: Body(self)))) ?? ""
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }

  /// What a stream that has begun already ends with.
  var event: some Encodable { Object(error: Body(self)) }

  private var type: String {
    switch status.code {
    case 429: "rate_limit_error"
    case 500...: "server_error"
    default: "invalid_request_error"
    }
  }

  private struct Object: Encodable {
    var error: Body
  }

  /// All four keys are always there, as OpenAI's are.
  private struct Body: Encodable {
    enum Key: CodingKey {
      case message, type, param, code
    }
    let failure: ServiceFailure

    init(_ failure: ServiceFailure) {
      self.failure = failure
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      // There is no key for the hint.
      try container.encode(failure.hint.map { "\(failure.message)\n  → \($0)" } ?? failure.message, forKey: .message)
      try container.encode(failure.type, forKey: .type)
      try container.encode(failure.param, forKey: .param)
      try container.encode(failure.code, forKey: .code)
    }
  }
}
