public import CommentCore
import Foundation

/// A server with OpenAI's chat API: llama.cpp's, vLLM, LM Studio and others.
public struct ChatService: Sendable {
  /// What `/v1/models` tells of a model. Servers name its context in different ways.
  struct Model: Decodable, Equatable {
    var id: String
    /// Tokens of prompt and answer together; nil when the server does not say.
    var contextLength: Int?
    /// Weights; only llama.cpp's server tells them.
    var parameterCount: Double?

    private enum CodingKeys: String, CodingKey {
      case id, meta
      case maxModelLength = "max_model_len"
      case maxContextLength = "max_context_length"
      case contextLength = "context_length"
    }

    private struct Meta: Decodable {
      var nCtx: Int?
      var nParams: Double?
      enum CodingKeys: String, CodingKey {
        case nCtx = "n_ctx"
        case nParams = "n_params"
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(String.self, forKey: .id)
      let meta = try? container.decode(Meta.self, forKey: .meta)
      parameterCount = meta?.nParams
      let lengths: [CodingKeys] = [.maxModelLength, .maxContextLength, .contextLength]
      contextLength =
        lengths.lazy.compactMap { try? container.decode(Int.self, forKey: $0) }.first
        ?? meta?.nCtx
    }
  }

  /// The address before `/chat/completions`, such as `http://localhost:8080/v1`.
  public let baseURL: String
  private let authorization: String?
  private let http = CurlClient()
  /// For answers that need no model.
  private let timeouts = HTTPTimeouts(connect: .seconds(5), firstByte: .seconds(10), idle: .seconds(10))
  /// No byte arrives while the server queues, loads and reads the prompt.
  private let chatTimeouts: HTTPTimeouts

  /// Bytes of a stream for each token that was asked for, at the most: an event has about 200.
  private static let bytesPerToken = 4096
  private static let lineLimit = 8 << 20

  /// - Parameters:
  ///   - address: with or without `/v1`, as ``OllamaHost`` takes it.
  ///   - apiKey: sent as a bearer token over https, and to this machine, never over a network in the clear.
  /// - Throws: ``CommentBotError`` with code `configuration` when it is no address.
  public init(
    _ address: String, apiKey: String? = nil,
    chatTimeouts: HTTPTimeouts = HTTPTimeouts(connect: .seconds(5), firstByte: .seconds(3600), idle: .seconds(300))
  ) throws {
    func malformed(_ cause: String) -> CommentBotError {
      CommentBotError(
        .configuration, "read", "LLM_URL=\(OllamaHost.withoutCredentials(address))", cause: cause,
        hint: "export LLM_URL=http://127.0.0.1:8080/v1")
    }
    guard address.contains("://") else { throw malformed("it is no address") }
    let host = try OllamaHost(address)
    guard host.ignoredPort == nil else { throw malformed("its port is none") }
    baseURL = host.path.isEmpty ? host.baseURL + "/v1" : host.baseURL
    authorization = host.authorization(apiKey: apiKey)
    self.chatTimeouts = chatTimeouts
  }

  /// The models that the server has.
  /// - Throws: ``CommentBotError``, as ``chat(_:model:each:)``.
  func models() async throws -> [Model] {
    struct List: Decodable { var data: [Model] }
    let response = try await send(.get, "/models", nil as String?, timeouts)
    guard response.status == 200 else { throw try await failure(response, model: nil) }
    return try decode(List.self, from: try await response.body.collect(limit: 16 << 20)).data
  }

  /// Tokens of context that llama.cpp's server has for each of its slots; nil from other servers.
  func slotContext() async -> Int? {
    struct Properties: Decodable {
      struct Settings: Decodable {
        var contextLength: Int?
        enum CodingKeys: String, CodingKey { case contextLength = "n_ctx" }
      }
      var settings: Settings?
      enum CodingKeys: String, CodingKey { case settings = "default_generation_settings" }
    }
    guard baseURL.hasSuffix("/v1") else { return nil }
    let url = String(baseURL.dropLast(3)) + "/props"
    guard let response = try? await http.send(request(.get, url, timeouts)), response.status == 200,
      let body = try? await response.body.collect(limit: 4 << 20)
    else { return nil }
    return try? JSONDecoder().decode(Properties.self, from: body).settings?.contextLength
  }

  /// Asks a model, giving away each event of the answer.
  /// - Throws: ``CommentBotError`` with code `unreachable`, `configuration` (the key is refused), `modelMissing`,
  ///   `busy`, `contextExceeded`, `serverError`, `badReply`, or `cutOff`.
  func chat(_ call: ChatCall, each: (ChatCallEvent) async throws -> Void) async throws {
    let response = try await send(.post, "/chat/completions", call, chatTimeouts)
    guard response.status == 200 else { throw try await failure(response, model: call.model) }
    var bytesLeft = Self.lineLimit + call.maxTokens * Self.bytesPerToken
    var (isFinished, isDone) = (false, false)
    do {
      for try await line in response.body.lines(limit: Self.lineLimit) {
        bytesLeft -= line.count
        guard bytesLeft >= 0 else { throw badReply("the answer does not end") }
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        // Server-sent events: comments and other fields say nothing here.
        guard text.hasPrefix("data:") else { continue }
        let data = text.dropFirst("data:".count).trimmingCharacters(in: .whitespaces)
        // What follows is only the end of the body, which leaves the connection for the next question.
        if data == "[DONE]" { isDone = true }
        if isDone { continue }
        let event = try decode(ChatCallEvent.self, from: Data(data.utf8))
        if let error = event.error {
          let code = error.isContextExceeded ? CommentBotError.Code.contextExceeded : .serverError
          throw CommentBotError(code, "ask", baseURL, cause: error.text)
        }
        isFinished = isFinished || event.choices?.contains { $0.finishReason != nil } ?? false
        try await each(event)
      }
    } catch let error as CommentBotError where error.code == .unreachable {
      guard isFinished, isDone else { throw cutOff(error.cause) }
    }
    guard isFinished else { throw cutOff("the server ended it") }
  }

  // MARK: - Exchanges

  private func request(_ method: HTTPRequest.Method, _ url: String, _ timeouts: HTTPTimeouts) -> HTTPRequest {
    var request = HTTPRequest(method, url, timeouts: timeouts)
    if let authorization { request.headers.append(HTTPHeader("Authorization", authorization)) }
    return request
  }

  private func send(
    _ method: HTTPRequest.Method, _ path: String, _ question: (some Encodable)?, _ timeouts: HTTPTimeouts
  ) async throws -> HTTPResponse {
    var request = request(method, baseURL + path, timeouts)
    if let question {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      request.body = .data(try encoder.encode(question))
      request.headers.append(HTTPHeader("Content-Type", "application/json"))
    }
    do {
      return try await http.send(request)
    } catch var error as CommentBotError where error.code == .unreachable {
      (error.operation, error.subject) = ("reach", "the language model at \(baseURL)")
      error.hint = "start it, or set LLM_URL to where it listens"
      throw error
    }
  }

  private func failure(_ response: HTTPResponse, model: String?) async throws -> CommentBotError {
    let failure = ChatFailure(body: try await response.body.collect(limit: 1 << 20))
    let text = failure.text
    let cause = "status \(response.status): \(text)"
    switch response.status {
    case 401, 403:
      return CommentBotError(
        .configuration, "ask", baseURL, cause: cause,
        hint: "export LLM_API_KEY=…    # sent over https or to this machine")
    case 404 where model != nil:
      return CommentBotError(
        .modelMissing, "use", model ?? "", cause: "the server at \(baseURL) says: \(text)",
        hint: "--llm-model NAME    # its models: curl \(baseURL)/models")
    case 429, 503: return CommentBotError(.busy, "ask", baseURL, cause: cause, hint: "try again in a while")
    case 400 where failure.isContextExceeded:
      return CommentBotError(.contextExceeded, "ask", model ?? baseURL, cause: text)
    case 400..<500: return CommentBotError(.refused, "ask", baseURL, cause: cause)
    default: return CommentBotError(.serverError, "ask", baseURL, cause: cause)
    }
  }

  private func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw badReply("the answer is not OpenAI's: \(String(decoding: data.prefix(80), as: UTF8.self).debugDescription)")
    }
  }

  private func cutOff(_ cause: String) -> CommentBotError {
    CommentBotError(.cutOff, "read the answer of", baseURL, cause: "it was cut before its end: \(cause)")
  }

  private func badReply(_ cause: String) -> CommentBotError {
    CommentBotError(.badReply, "read the answer of", baseURL, cause: cause)
  }
}
