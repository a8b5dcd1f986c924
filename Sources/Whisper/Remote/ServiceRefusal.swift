import CommentCore
import Foundation

/// What a service says when it does not answer the question: the status decides, the text is only quoted.
struct ServiceRefusal {
  private let status: Int
  private let text: String
  /// As ``CommentBotError/code``, from CommentBot's service.
  private let reason: String?
  private let address: ServiceAddress
  private let hasKey: Bool

  init(_ answer: ServiceClient.Answer, address: ServiceAddress, hasKey: Bool) {
    status = answer.status
    self.address = address
    self.hasKey = hasKey
    (text, reason) = Self.text(answer.body)
  }

  var error: CommentBotError {
    CommentBotError(
      code, "use", "the whisper service at \(address.base)", cause: "it answered \(status): \(text)", hint: hint)
  }

  private var code: CommentBotError.Code {
    switch status {
    case 400 where reason == CommentBotError.Code.usage.rawValue: .usage
    case 429, 503: .busy
    default: .serverError
    }
  }

  private var hint: String? {
    switch status {
    case 300..<400: "give the address that it names, in WHISPER_URL or --whisper-url"
    case 401 where hasKey && !address.keepsSecrets, 403 where hasKey && !address.keepsSecrets:
      "give an address with https: WHISPER_API_KEY is not sent over a network in the clear"
    case 401, 403: "set WHISPER_API_KEY to a key that it takes"
    case 404: "give the address before /v1/audio/transcriptions in WHISPER_URL or --whisper-url, a --model that it has"
    case 413: "have the service take at least 1 MB, for example with `--max-bytes`"
    case 429, 503: "try again in a while"
    case 500...: "look at what the service logs"
    default: nil
    }
  }

  /// OpenAI's error object, another's, or the beginning of whatever it is.
  private static func text(_ body: Data) -> (String, reason: String?) {
    struct Message: Decodable {
      var message: String
      var code: String?
    }
    struct Object: Decodable { var error: Message }
    struct Plain: Decodable { var error: String }
    let decoder = JSONDecoder()
    if let error = try? decoder.decode(Object.self, from: body).error {
      return (String(error.message.prefix(500)), error.code)
    }
    if let error = try? decoder.decode(Plain.self, from: body).error { return (String(error.prefix(500)), nil) }
    let start = String(decoding: body.prefix(200), as: UTF8.self)
    if start.isEmpty { return ("without a reason", nil) }
    let isPage = ["<!doctype", "<html"].contains { start.lowercased().hasPrefix($0) }
    return (isPage ? "with a web page" : start.debugDescription, nil)
  }
}
