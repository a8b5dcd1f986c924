import CommentCore
import Foundation
import TestSupport
import Testing

@testable import OllamaClient

/// A server with OpenAI's chat API: the recordings are of Ollama's.
@Suite struct ChatServiceTests {
  private static let prompt = [ChatMessage(.user, "Name three colours.")]

  private func model(
    _ chat: [ReplayServer.Step], others: [String: [ReplayServer.Step]] = [:], name: String? = nil,
    apiKey: String? = nil,
    timeouts: HTTPTimeouts = HTTPTimeouts()
  ) async throws -> (ChatServiceModel, ReplayServer) {
    let steps = try ["/v1/models": [ReplayServer.Step.send(recording("v1_models"))], "/v1/chat/completions": chat]
      .merging(others) { $1 }
    let server = try ReplayServer { steps[$0.path] ?? [.reply("404", status: 404)] }
    let service = try ChatService(server.url, apiKey: apiKey, chatTimeouts: timeouts)
    return (try await ChatServiceModel(name, on: service, busyDelays: [.zero]), server)
  }

  private func answer(_ model: ChatServiceModel, schema: JSONSchema? = nil) async throws -> (String, ChatUsage) {
    var text = ""
    let usage = try await model.chat(ChatRequest(Self.prompt, schema: schema, maxTokens: 8)) { text += $0 }
    return (text, usage)
  }

  @Test func answer_isStreamedWithItsFigures() async throws {
    let (model, server) = try await model([.send(recording("v1_chat_stream"))], apiKey: "secret")
    #expect(model.identity.engine == "openai" && model.identity.model == "smollm2:latest")
    let (text, usage) = try await answer(
      model, schema: .object([.init("a", .choice(["x", "y"])), .init("b", .string(maxLength: 9))]))
    #expect(text.hasPrefix("There are") && usage == ChatUsage(promptTokens: 23, outputTokens: 8, isCut: true))
    let request = try #require(server.requests.last)
    #expect(request.headers["authorization"] == "Bearer secret")
    let body = try lastBody(server, "/v1/chat/completions")
    #expect(body["temperature"] as? Double == 0 && body["max_tokens"] as? Int == 8 && body["seed"] as? Int == 1)
    #expect(body["stream_options"] as? NSDictionary == ["include_usage": true])
    let format = body["response_format"] as? NSDictionary
    #expect(format?["type"] as? String == "json_schema")
    let schema = (format?["json_schema"] as? NSDictionary)?["schema"] as? NSDictionary
    #expect(((schema?["properties"] as? NSDictionary)?["a"] as? NSDictionary)?["enum"] as? [String] == ["x", "y"])
  }

  @Test(arguments: 0..<3)
  func answer_isTheSame_whereverTheStreamIsCut(offset: Int) async throws {
    let body = try recordedBody(recording("v1_chat_stream"))
    let expected = try await answer(model([.send(recording("v1_chat_stream"))]).0).0
    let (model, _) = try await model(
      ReplayServer.Step.chunked(body, cutAt: Array(stride(from: offset + 1, to: body.count, by: 3))))
    #expect(try await answer(model).0 == expected)
  }

  @Test func context_isTheOneThatTheServerTells() async throws {
    func length(_ others: [String: [ReplayServer.Step]]) async throws -> Int {
      try await model([], others: others).0.contextLength
    }
    func list(_ model: String) -> [String: [ReplayServer.Step]] { ["/v1/models": [.reply(#"{"data":[\#(model)]}"#)]] }
    #expect(try await length([:]) == 2048)
    #expect(try await length(list(#"{"id":"a","max_model_len":2048}"#)) == 2048)
    #expect(try await length(list(#"{"id":"a","max_context_length":999999}"#)) == 8192)
    #expect(try await length(list(#"{"id":"a","meta":{"n_ctx":1536,"n_ctx_train":4096}}"#)) == 1536)
    // So small a model is shown with a warning.
    let small = try await model([], others: list(#"{"id":"a","meta":{"n_ctx":1536,"n_params":134515008}}"#)).0
    let large = try await model([], others: list(#"{"id":"a","meta":{"n_params":4022468096}}"#)).0
    #expect(small.isWeak && !large.isWeak)
    let props = #"{"default_generation_settings":{"n_ctx":1024}}"#
    #expect(try await length(list(#"{"id":"a"}"#).merging(["/props": [.reply(props)]]) { $1 }) == 1024)
  }

  @Test(arguments: [
    (401, "{}", CommentBotError.Code.configuration), (404, #"{"error":{"message":"no"}}"#, .modelMissing),
    (429, "", .busy), (503, #"{"error":{"code":503,"message":"Loading model"}}"#, .busy), (500, "oops", .serverError),
    (400, #"{"error":{"code":400,"message":"too long","type":"exceed_context_size_error"}}"#, .contextExceeded),
    (400, #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#, .contextExceeded),
    (400, #"{"error":{"message":"bad schema"}}"#, .refused), (422, "{}", .refused),
    (
      400,
      #"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400}"#,
      .contextExceeded
    ),
  ])
  func statuses_areTold(status: Int, body: String, code: CommentBotError.Code) async throws {
    let (model, server) = try await model([.reply(body, status: status)])
    #expect(await errorCode { _ = try await answer(model) } == code)
    #expect(server.requests.count { $0.path.hasSuffix("completions") } == (code == .busy ? 2 : 1))
  }

  @Test(arguments: [
    ("data: garbage\n\n", CommentBotError.Code.badReply),
    ("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n", .cutOff), ("", .cutOff),
    ("data: [DONE]\n\n", .cutOff),
    ("<html>", .cutOff),
  ])
  func cutOrForeignAnswers_areTold(body: String, code: CommentBotError.Code) async throws {
    let (model, _) = try await model([.reply(body)])
    #expect(await errorCode { _ = try await answer(model) } == code)
  }

  @Test func recordedFaults_areTold() async throws {
    let repeating = try await model([.send(recording("v1_token_repeat_abort_stream")), .close]).0
    #expect(await errorCode { _ = try await answer(repeating) } == .cutOff)
    let unknown = try await model([.send(recording("v1_unknown_model"))]).0
    #expect(await errorCode { _ = try await answer(unknown) } == .modelMissing)
  }

  @Test func chat_leavesTheConnection_forTheNextQuestion() async throws {
    let (model, server) = try await model([.send(recording("v1_chat_stream"))])
    let before = server.connections
    for _ in 0..<3 { _ = try await answer(model) }
    #expect(server.connections == before)
  }

  @Test func errorWithinTheStream_isTold() async throws {
    let (model, _) = try await model([.reply("data: {\"error\":{\"message\":\"out of memory\"}}\n\n")])
    let error = await #expect(throws: CommentBotError.self) { _ = try await answer(model) }
    #expect(error?.code == .serverError && error?.cause == "out of memory")
  }

  @Test func stall_isCutOff() async throws {
    let (model, _) = try await model(
      [.chunkedHead, .chunk("data: {\"choices\":[]}\n\n"), .awaitClose], timeouts: HTTPTimeouts(idle: .milliseconds(50))
    )
    #expect(await errorCode { _ = try await answer(model) } == .cutOff)
  }

  /// What Ollama does behind this API with a prompt that is longer than its context.
  @Test func promptThatWasCut_isContextExceeded() async throws {
    let body = #"data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":258}}"#
    let (model, server) = try await model([.reply(body + "\n\ndata: [DONE]\n\n")], others: Self.roomy)
    let long = [ChatMessage(.user, String(repeating: "the cat sat on the mat. ", count: 300))]
    let code = await errorCode {
      _ = try await model.chat(ChatRequest(long, maxTokens: 8)) { _ in }
    }
    #expect(code == .contextExceeded && server.requests.last?.path == "/v1/chat/completions")
  }

  private static let roomy = ["/v1/models": [ReplayServer.Step.reply(#"{"data":[{"id":"a","max_model_len":8192}]}"#)]]

  /// Dense text, of which half is not so few tokens that they alone tell it.
  @Test(arguments: [(1026, true), (2048, true), (2187, false), (1700, false)])
  func promptThatWasCutToAUsualContext_isContextExceeded(counted: Int, isCut: Bool) async throws {
    let body =
      #"data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":\#(counted)}}"#
    let (model, _) = try await model([.reply(body + "\n\ndata: [DONE]\n\n")], others: Self.roomy)
    let text = "Kaupunginvaltuusto kokoontui tiistaina ja äänesti uuden sillan puolesta, vaikka useat jäsenet pyysivät "
    let long = [ChatMessage(.user, String(repeating: text, count: 47))]
    let code = await errorCode { _ = try await model.chat(ChatRequest(long, maxTokens: 8)) { _ in } }
    #expect(code == (isCut ? .contextExceeded : nil))
  }

  @Test func unreachable_saysWhatToSet() async throws {
    let service = try ChatService(ReplayServer.refusingURL())
    let error = await #expect(throws: CommentBotError.self) { _ = try await ChatServiceModel(on: service) }
    #expect(error?.code == .unreachable && error?.hint?.contains("LLM_URL") == true)
    for text in ["", "localhost:8080", "ftp://x", "http://a b"] {
      #expect(throws: CommentBotError.self) { try ChatService(text) }
    }
    #expect(try ChatService("https://x.example/api/v1/").baseURL == "https://x.example:443/api/v1")
  }
}
