import CommentCore
import Foundation

/// HTTP with a whisper service: asks again where that may help, and turns everything else into errors.
struct ServiceClient: Sendable {
  let address: ServiceAddress
  let apiKey: String?
  var retries = RetryPolicy.patient
  /// No byte arrives while the service queues, loads the model and decodes: it may be long until the first.
  var timeouts = HTTPTimeouts(connect: .seconds(5), firstByte: .seconds(600), idle: .seconds(60))
  /// Told before each pause why it is made, and how long it is.
  var onRetry: @Sendable (CommentBotError, Duration) -> Void = { _, _ in }
  private let http = CurlClient()

  /// Bytes that an answer may have: the words of 30 s are less than a tenth of it.
  private static let answerLimit = 16 << 20

  init(address: ServiceAddress, apiKey: String?) {
    self.address = address
    self.apiKey = apiKey
  }

  struct Answer: Sendable {
    var status: Int
    /// The header `Server`.
    var server: String?
    var body: Data
  }

  /// Statuses that may be others the next time.
  private static let passing: Set<Int> = [408, 425, 429, 500, 502, 503, 504]

  /// Asks until there is an answer that another attempt would not change, whatever its status.
  /// - Parameter isLoading: asked when the status is 404: some servers say so while they load a model.
  /// - Throws: ``CommentBotError`` with code `unreachable`, `busy` or `serverError` when it stays so;
  ///   `CancellationError`.
  func ask(
    _ path: String, _ form: MultipartForm? = nil, isLoading: () async throws -> Bool = { false }
  ) async throws -> Answer {
    var attempts = 0
    while true {
      attempts += 1
      var failure: CommentBotError
      var retryAfter: Duration?
      do {
        let (answer, wanted) = try await exchange(path, form)
        if answer.status == 404, try await isLoading() {
          failure = CommentBotError(.busy, "ask", path, cause: "it is still loading its model")
        } else if Self.passing.contains(answer.status) {
          failure = ServiceRefusal(answer, address: address, hasKey: apiKey != nil).error
          retryAfter = wanted
        } else {
          return answer
        }
      } catch let error as CommentBotError where error.code == .unreachable {
        failure = error
        failure.hint =
          "start it there with `commentbot whisper-service`, or correct its address in WHISPER_URL or --whisper-url"
      }
      failure.subject = "the whisper service at \(address.base)"
      guard let pause = retries.pause(after: attempts, retryAfter: retryAfter) else {
        if attempts > 1 { failure.cause += ", after \(attempts) attempts" }
        throw failure
      }
      onRetry(failure, pause)
      try await retries.pause(pause)
    }
  }

  /// One attempt, with what the service asks for by `Retry-After`.
  private func exchange(_ path: String, _ form: MultipartForm?) async throws -> (Answer, retryAfter: Duration?) {
    var request = HTTPRequest(form == nil ? .get : .post, address.base + path, timeouts: timeouts)
    if let form {
      request.body = .data(form.data)
      request.headers.append(HTTPHeader("Content-Type", form.contentType))
    }
    if let apiKey, address.keepsSecrets { request.headers.append(HTTPHeader("Authorization", "Bearer \(apiKey)")) }
    let response = try await http.send(request)
    let body = try await response.body.collect(limit: Self.answerLimit)
    let answer = Answer(status: response.status, server: response.header("Server"), body: body)
    return (answer, RetryPolicy.retryAfter(response.header("Retry-After")))
  }
}
