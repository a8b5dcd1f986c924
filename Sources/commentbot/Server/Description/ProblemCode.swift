import CommentCore
import HTTPTypes

/// What the `code` of an error means; `/docs#code` tells it.
struct ProblemCode: Sendable, Equatable {
  var code: String
  var meaning: String

  /// All that the service answers with.
  static var all: [ProblemCode] {
    (CommentBotError.Code.allCases.map { ProblemCode($0.rawValue, $0.meaning) } + ofRequests + ofStatuses)
      .sorted { $0.code < $1.code }
  }

  /// Of errors that have no more to say than their status.
  private static let ofStatuses = [400, 401, 403, 404, 405, 413, 415, 416, 422, 429, 500, 503, 507].map {
    ProblemCode("http_\($0)", "\(HTTPResponse.Status(integerLiteral: $0).reasonPhrase); `detail` says what.")
  }

  private static let ofRequests = [
    ProblemCode("audio_missing", "The request holds no audio, and does not say where it is."),
    ProblemCode(
      "audio_not_kept", "The original audio is gone, was changed, or lies where the server may not send it from."),
    ProblemCode("audio_too_long", "The audio is longer than the service takes."),
    ProblemCode("audio_unknown", "You have sent no audio with this hash."),
    ProblemCode("body_too_large", "The body has more bytes than the service takes."),
    ProblemCode("broken_off", "The body ended before it was whole."),
    ProblemCode("empty_file", "The file has no bytes."),
    ProblemCode("field_too_long", "A field of the form is too long; `param` names it."),
    ProblemCode("file_too_large", "The file has more bytes than the service takes."),
    ProblemCode("idempotency_key_reused", "The idempotency key was used for another order."),
    ProblemCode("malformed_body", "The body is no JSON, or a field of it is missing or of the wrong kind."),
    ProblemCode("malformed_parameter", "A value in the query cannot be used; `param` names it."),
    ProblemCode("missing_key", "The service asks for a key: `Authorization: Bearer cbk_…`."),
    ProblemCode("missing_scope", "The key is right, but does not allow this."),
    ProblemCode("model_not_found", "There is no such model here."),
    ProblemCode("no_speech", "Nobody speaks in the audio."),
    ProblemCode("not_finished", "The recording has no finished transcript yet."),
    ProblemCode("path_not_allowed", "The path names no file in the folders that are allowed."),
    ProblemCode("paths_not_allowed", "This server takes no paths of its own machine."),
    ProblemCode("queue_full", "Too many of your jobs are not done yet."),
    ProblemCode("range_not_satisfiable", "The file has none of the bytes that are asked for."),
    ProblemCode("rate_limited", "Too many requests in a short time; `Retry-After` says when to come back."),
    ProblemCode("stopping", "The service is stopping and takes no more work."),
    ProblemCode("too_many_fields", "The form has too many fields."),
    ProblemCode("too_many_files", "The request has too many files."),
    ProblemCode("unknown_field", "There is no such field; `param` names it."),
    ProblemCode("unknown_url", "There is nothing at this address."),
    ProblemCode("upload_busy", "Another request writes to this upload."),
    ProblemCode("wrong_host", "The request names a host that is not this machine."),
    ProblemCode("wrong_key", "The key is unknown or was revoked."),
    ProblemCode("wrong_media_type", "The body is of a kind that is not understood here."),
    ProblemCode("wrong_method", "The address takes other methods; `Allow` names them."),
    ProblemCode("wrong_offset", "The upload has another number of bytes by now."),
    ProblemCode("wrong_origin", "Web pages of this origin may not use the service."),
    ProblemCode("wrong_token", "The token is malformed, has expired, or is for another service."),
    ProblemCode("wrong_tus_version", "The tus protocol is spoken in version 1.0.0."),
    ProblemCode("wrong_value", "The value of a field cannot be used; `param` names it."),
  ]

  private init(_ code: String, _ meaning: String) {
    (self.code, self.meaning) = (code, meaning)
  }
}

extension CommentBotError.Code {
  fileprivate var meaning: String {
    switch self {
    case .usage: "A value of the request is malformed."
    case .configuration: "The server's configuration is malformed."
    case .unreadableAudio: "The input is there, but is no audio that can be decoded."
    case .inputMissing: "The input is not there, or may not be read."
    case .modelMissing: "The server lacks a model file."
    case .modelDamaged: "A model file of the server is damaged."
    case .engine: "An engine of the server failed."
    case .badReply: "The language model's answer could not be used."
    case .cutOff: "An answer from another server broke off."
    case .contextExceeded: "The text does not fit the language model's context."
    case .unreachable: "A server that this one needs cannot be reached."
    case .busy: "Too much is asked at once; come back later."
    case .serverError: "A server that this one needs answered with an error."
    case .refused: "A server that this one needs does not take its request."
    case .diskFull: "The server has no space left."
    case .permission: "The server may not read or write a file."
    case .io: "The server failed to read or write."
    case .database: "The server's database is damaged."
    case .backupDamaged: "A backup of the server is damaged."
    case .databaseNewer: "A newer version has written the server's database."
    case .notFound: "Nothing of yours has this id."
    case .conflict: "It contradicts what was asked for before."
    case .cancelled: "The work was stopped."
    }
  }
}
