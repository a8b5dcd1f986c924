public import CommentCore
import Foundation

/// The API of an Ollama server.
public struct OllamaClient: Sendable {
  /// Where the server listens.
  public let host: OllamaHost
  private let apiKey: String?
  private let http = CurlClient()
  /// For answers that need no model.
  let timeouts: HTTPTimeouts
  /// For answers of a model: no byte arrives while the server queues, loads and reads the prompt.
  let chatTimeouts: HTTPTimeouts

  /// Bytes that a line of a stream may have, as in Ollama's own client.
  static let lineLimit = 8 << 20
  /// Bytes of a stream for each token that was asked for, at the most: a line has about 150.
  static let bytesPerToken = 4096

  /// - Parameters:
  ///   - apiKey: sent as a bearer token over https, and to this machine, never over a network in the clear.
  ///   - timeouts: for questions that the server answers at once.
  ///   - chatTimeouts: for a model's answers; a short wait for the first byte would abort a cold load again and again.
  public init(
    host: OllamaHost, apiKey: String? = nil,
    timeouts: HTTPTimeouts = HTTPTimeouts(connect: .seconds(3), firstByte: .seconds(10), idle: .seconds(10)),
    chatTimeouts: HTTPTimeouts = HTTPTimeouts(connect: .seconds(5), firstByte: .seconds(3600), idle: .seconds(300))
  ) {
    self.host = host
    self.apiKey = apiKey
    self.timeouts = timeouts
    self.chatTimeouts = chatTimeouts
  }

  /// The server's version, such as `0.33.0`.
  public func version() async throws -> String {
    struct Answer: Decodable { var version: String }
    return try await answer(.get, "/api/version", as: Answer.self).version
  }

  /// The models that the server has, the last changed first.
  public func tags() async throws -> [OllamaInstalledModel] {
    struct Answer: Decodable { var models: [OllamaInstalledModel]? }
    return try await answer(.get, "/api/tags", as: Answer.self).models ?? []
  }

  /// The models in memory.
  public func ps() async throws -> [OllamaLoadedModel] {
    struct Answer: Decodable { var models: [OllamaLoadedModel]? }
    return try await answer(.get, "/api/ps", as: Answer.self).models ?? []
  }

  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public func show(_ model: String) async throws -> OllamaModelFacts {
    struct Question: Encodable { var model: String }
    return try await answer(.post, "/api/show", Question(model: model), model: model, as: OllamaModelFacts.self)
  }

  /// Asks a model, giving each line of the streamed answer away, up to and with the one that is `done`.
  func chat(_ call: OllamaChatCall, each: (OllamaChatLine) async throws -> Void) async throws {
    let response = try await send(.post, "/api/chat", call, chatTimeouts)
    guard response.status == 200 else { throw try await failure(response, path: "/api/chat", model: call.model) }
    var bytesLeft = Self.lineLimit + call.options.numPredict * Self.bytesPerToken
    var isDone = false
    do {
      for try await data in response.body.lines(limit: Self.lineLimit) {
        bytesLeft -= data.count
        guard bytesLeft >= 0 else { throw badReply("/api/chat", cause: "the answer does not end") }
        let line: OllamaChatLine = try decode(data, path: "/api/chat")
        if let error = line.error {
          // A prompt that is too long may show only when the answer has begun.
          if line.status == 400, let exceeded = OllamaFailure(data).contextExceeded { throw exceeded }
          throw serverError("/api/chat", cause: error)
        }
        try await each(line)
        // Read on to the end of the body, which leaves the connection for the next question.
        isDone = isDone || line.done == true
      }
    } catch let error as CommentBotError where error.code == .unreachable {
      if !isDone { throw cut("/api/chat", cause: error.cause) }
    }
    // The server ends a stream without `done` when the model repeats itself, and when it is stopped.
    if !isDone { throw cut("/api/chat", cause: "the server ended it") }
  }

  // MARK: - Exchanges

  func answer<Answer: Decodable>(
    _ method: HTTPRequest.Method, _ path: String, _ question: (any Encodable)? = nil, model: String? = nil,
    as: Answer.Type
  ) async throws -> Answer {
    let response = try await send(method, path, question, timeouts)
    guard response.status == 200 else { throw try await failure(response, path: path, model: model) }
    return try decode(try await response.body.collect(limit: 64 << 20), path: path)
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ question: (any Encodable)?, _ timeouts: HTTPTimeouts
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(method, host.baseURL + path, timeouts: timeouts)
    if let question {
      // Sorted, so that the same question is the same bytes.
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      request.body = .data(try encoder.encode(question))
      request.headers.append(HTTPHeader("Content-Type", "application/json"))
    }
    if let authorization = host.authorization(apiKey: apiKey) {
      request.headers.append(HTTPHeader("Authorization", authorization))
    }
    do {
      return try await http.send(request)
    } catch var error as CommentBotError where error.code == .unreachable {
      error.operation = "reach"
      error.subject = "Ollama at \(host.baseURL)"
      error.hint = "start it with `ollama serve`, or set OLLAMA_HOST to where it listens"
      throw error
    }
  }

  func decode<Value: Decodable>(_ data: Data, path: String) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      let start = String(decoding: data.prefix(80), as: UTF8.self).debugDescription
      throw badReply(path, cause: "the answer is not Ollama's: \(start)")
    }
  }

  // MARK: - Errors

  /// The error for a status that is no success; the status decides, the text is only quoted.
  func failure(_ response: HTTPResponse, path: String, model: String?) async throws -> any Error {
    let body = try await response.body.collect(limit: 1 << 20)
    let reply = OllamaFailure(body)
    if response.status == 400, let exceeded = reply.contextExceeded { return exceeded }
    switch response.status {
    case 401:
      return CommentBotError(
        .configuration, "ask", host.baseURL + path, cause: "the server wants a key or a password (401)",
        hint: "export OLLAMA_API_KEY=…    # keys and passwords go over https or to this machine only")
    case 404 where model != nil:
      let name = model ?? ""
      return CommentBotError(
        .modelMissing, "use", name, cause: "Ollama does not have this model", hint: "ollama pull \(name)")
    case 503:
      return CommentBotError(.busy, "ask", host.baseURL, cause: reply.text, hint: "try again in a while")
    case 403:
      // Ollama refuses a foreign Host or Origin with an empty body.
      return CommentBotError(
        .refused, "ask", host.baseURL + path, cause: "the server refuses this address (403)",
        hint: "use the server's own address in OLLAMA_HOST, or have the proxy rewrite Host")
    case 400..<500:
      return CommentBotError(
        .refused, "ask", host.baseURL + path, cause: "status \(response.status): \(reply.text)")
    default:
      return serverError(path, cause: "status \(response.status): \(reply.text)")
    }
  }

  func serverError(_ path: String, cause: String) -> CommentBotError {
    CommentBotError(.serverError, "ask", host.baseURL + path, cause: cause)
  }

  func cut(_ path: String, cause: String) -> CommentBotError {
    CommentBotError(.cutOff, "read", host.baseURL + path, cause: "the answer was cut before its end: \(cause)")
  }

  func badReply(_ path: String, cause: String) -> CommentBotError {
    CommentBotError(.badReply, "read", host.baseURL + path, cause: cause)
  }
}
