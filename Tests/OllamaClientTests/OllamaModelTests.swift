import CommentCore
import Foundation
import TestSupport
import Testing

@testable import OllamaClient

@Suite struct OllamaModelTests {
  private static let question = ChatRequest(
    [ChatMessage(.system, "Be short."), ChatMessage(.user, "Three colours?")],
    schema: .object([.init("items", .array(of: .string(maxLength: 12), maxItems: 3)), .init("number", .integer)]),
    maxTokens: 24, seed: 42)

  private func answer(
    _ model: OllamaModel, _ request: ChatRequest = question
  ) async throws -> (text: String, usage: ChatUsage) {
    var text = ""
    let usage = try await model.chat(request) { text += $0 }
    return (text, usage)
  }

  /// A model whose `/api/chat` does the steps, without waits before trying again.
  private func model(_ steps: [ReplayServer.Step], numCtx: Int = 4096) async throws -> (OllamaModel, ReplayServer) {
    let server = try recordedServer(["/api/chat": steps])
    return (try await OllamaModel(on: OllamaClient(server), numCtx: numCtx, busyDelays: [.zero, .zero]), server)
  }

  // MARK: - The model

  @Test func model_saysWhatItIs() async throws {
    let server = try recordedServer(["/api/ps": [.send(recording("ps_empty"))]])
    let model = try await OllamaModel("smollm2", on: OllamaClient(server), numCtx: 100_000)
    let digest = "fd5f44c0b5aff6453726119fc560d73a8a995a55b4a49804bc24b1969ecf1794"
    #expect(model.identity == EngineIdentity(engine: "ollama", model: "smollm2:latest", digest: digest))
    #expect(model.contextLength == 8192)
    #expect(model.isWeak)
    #expect(try await OllamaModel(on: OllamaClient(server), numCtx: 2048).contextLength == 2048)
  }

  @Test func model_isTheFirstThatCanChat_whenNoneIsNamed() async throws {
    let embedding = #"{"name":"embed:latest","digest":"a","size":1,"details":{},"capabilities":["embedding"]}"#
    let chat = #"{"name":"chat:latest","digest":"b","size":1,"details":{},"capabilities":["completion"]}"#
    let server = try recordedServer(["/api/tags": [.reply(#"{"models":[\#(embedding),\#(chat)]}"#)]])
    #expect(try await OllamaModel(on: OllamaClient(server)).identity.model == "chat:latest")
  }

  @Test func model_isFoundByShow_whenTagsNameNoCapabilities() async throws {
    let embedding = try recording("show_embed")
    let chat = try recording("show")
    let server = try ReplayServer { request in
      if request.path == "/api/tags" {
        return [
          .reply(
            #"{"models":["#
              + #"{"name":"e","digest":"a","size":1,"details":{}},{"name":"c","digest":"b","size":1,"details":{}}]}"#)
        ]
      }
      return [.send(request.body == Data(#"{"model":"e"}"#.utf8) ? embedding : chat)]
    }
    #expect(try await OllamaModel(on: OllamaClient(server)).identity.model == "c")
  }

  @Test(arguments: [("nope", "ollama pull nope"), (nil, "ollama pull qwen3:4b")])
  func model_isMissing_withTheCommandThatBringsIt(_ name: String?, _ hint: String) async throws {
    let server = try recordedServer(["/api/tags": [.send(recording(name == nil ? "tags_empty" : "tags_one"))]])
    let error = await #expect(throws: CommentBotError.self) {
      _ = try await OllamaModel(name, on: OllamaClient(server))
    }
    #expect(error?.code == .modelMissing)
    #expect(error?.hint == hint)
  }

  // MARK: - Answers

  @Test func chat_streamsTheRecordedAnswer() async throws {
    let (model, server) = try await model([.send(recording("chat_stream"))])
    let (text, usage) = try await answer(model)
    #expect(text.hasPrefix("There are three colors: blue, red, and"))
    #expect(usage == ChatUsage(promptTokens: 23, outputTokens: 13, isCut: false))
    let sent = try lastBody(server, "/api/chat")
    let expected: NSDictionary = [
      "model": "smollm2:latest", "stream": true, "truncate": false, "shift": false,
      "messages": [["role": "system", "content": "Be short."], ["role": "user", "content": "Three colours?"]],
      "options": ["num_ctx": 4096, "num_predict": 24, "seed": 42, "temperature": 0],
      "format": [
        "type": "object", "required": ["items", "number"],
        "properties": [
          "items": ["type": "array", "maxItems": 3, "items": ["type": "string", "maxLength": 12]],
          "number": ["type": "integer"],
        ],
      ],
    ]
    #expect(sent == expected)
  }

  @Test func chat_givesTheSameAnswer_wherever_theStreamIsCut() async throws {
    let body = try recordedBody(recording("chat_format_schema_stream"))
    // Whole, then at every place of the first line and of the end, then in single bytes.
    let places = [[]] + (Array(1..<140) + Array(body.count - 40..<body.count)).map { [$0] } + [Array(1..<body.count)]
    let usual = try [
      "/api/tags": recording("tags_one"), "/api/show": recording("show"), "/api/ps": recording("ps_empty"),
    ]
    let calls = Counter()
    let server = try ReplayServer { request in
      if let data = usual[request.path] { return [.send(data)] }
      return ReplayServer.Step.chunked(body, cutAt: places[calls.next()])
    }
    let model = try await OllamaModel(on: OllamaClient(server))
    let expected = try await answer(model)
    #expect(try JSONDecoder().decode(Person.self, from: Data(expected.text.utf8)) == Person(name: "Tom", age: 42))
    for place in places.dropFirst() {
      let got = try await answer(model)
      #expect(got == expected, "cut at \(place)")
    }
  }

  private struct Person: Decodable, Equatable {
    var name: String
    var age: Int
  }

  @Test func chat_saysThatTheAnswerIsCut() async throws {
    let (model, _) = try await model([.send(recording("chat_format_schema_cut_by_num_predict"))])
    let (text, usage) = try await answer(model)
    #expect(text == "{\n  \"name")
    #expect(usage == ChatUsage(promptTokens: 24, outputTokens: 4, isCut: true))
  }

  @Test func whatIsLearntOfTheTokenizer_servesTheNextRun_onceTheTextIsWhole() async throws {
    let scratch = try Scratch()
    let library = try Library(at: scratch.url.appending(path: "library.sqlite"))
    let reply =
      #"{"message":{"role":"assistant","content":"x"},"done":true,"done_reason":"stop","prompt_eval_count":320,"eval_count":1}"#
    let server = try recordedServer(["/api/chat": [.reply(reply + "\n")]])
    func run(_ language: String = "en") async throws -> OllamaModel {
      let model = try await OllamaModel(on: OllamaClient(server), memory: library).reading(language)
      return try #require(model as? OllamaModel)
    }
    let text = String(repeating: "The committee will meet on Friday. ", count: 40)
    let (first, fresh) = (try await run(), try await run().countTokens(text))
    // Eight tokens a sentence, fewer than are guessed.
    _ = try await answer(first, ChatRequest([ChatMessage(.user, text)], maxTokens: 20))
    #expect(first.countTokens(text) != fresh)
    #expect(try await run().countTokens(text) == fresh)
    await first.settle()
    #expect(try await run().countTokens(text) == first.countTokens(text))
    // Another language may be denser.
    #expect(try await run("fi").countTokens(text) == fresh)
  }

  @Test func chat_leavesThinkingOut() async throws {
    let server = try recordedServer([
      "/api/show": [.send(recording("show_think"))], "/api/chat": [.send(recording("think_chat_stream"))],
    ])
    let (text, _) = try await answer(OllamaModel(on: OllamaClient(server)))
    #expect(try lastBody(server, "/api/chat")["think"] as? Bool == false)
    #expect(!text.isEmpty && !text.contains("I add"))
  }

  @Test func thoughtsBeforeAnAnswerBySchema_areLeftOut() async throws {
    let server = try recordedServer([
      "/api/show": [.send(recording("show_think"))], "/api/chat": [.send(recording("think_chat_schema_stream"))],
    ])
    let (text, usage) = try await answer(OllamaModel(on: OllamaClient(server), thinks: true))
    #expect(text.hasPrefix("{") && text.hasSuffix("}") && usage.promptTokens == 149)
  }

  @Test func chat_leavesTheConnection_forTheNextQuestion() async throws {
    let (model, server) = try await model([.send(recording("chat_stream"))])
    let before = server.connections
    for _ in 0..<3 { _ = try await answer(model) }
    #expect(server.connections == before)
  }

  @Test func thoughts_areMadeWhenAskedFor_andHaveTheirRoom() async throws {
    let server = try recordedServer([
      "/api/show": [.send(recording("show_think"))], "/api/chat": [.send(recording("think_chat_stream"))],
      "/api/ps": [.send(recording("ps_empty"))],
    ])
    let model = try await OllamaModel(on: OllamaClient(server), numCtx: 8192, thinks: true)
    _ = try await answer(model, ChatRequest([ChatMessage(.user, "x")], maxTokens: 100))
    let body = try lastBody(server, "/api/chat")
    #expect(body["think"] as? Bool == true)
    let options = body["options"] as? NSDictionary
    let context = try #require(options?["num_ctx"] as? Int)
    let room = context - model.contextLength
    #expect(room > 0 && options?["num_predict"] as? Int == 100 + room)
  }

  @Test func chat_usesTheSameOptions_inEveryCall() async throws {
    let (model, server) = try await model([.send(recording("chat_stream"))])
    for tokens in [10, 20] {
      _ = try await answer(model, ChatRequest([ChatMessage(.user, "x")], maxTokens: tokens))
    }
    struct Sent: Decodable {
      var options: [String: Double]
    }
    let contexts = try server.requests.filter { $0.path == "/api/chat" }
      .map { try JSONDecoder().decode(Sent.self, from: $0.body).options["num_ctx"] }
    #expect(contexts == [4096, 4096])
  }

  @Test func chat_closesTheConnection_whenTheReaderLeaves() async throws {
    let line = #"{"message":{"role":"assistant","content":"x"},"done":false}"# + "\n"
    let (model, server) = try await model([.chunkedHead, .chunk(line), .awaitClose])
    struct Left: Error {}
    await #expect(throws: Left.self) {
      _ = try await model.chat(Self.question) { text in
        #expect(text == "x")
        throw Left()
      }
    }
    var disconnects = server.disconnects.makeAsyncIterator()
    await disconnects.next()
  }
}
