import CommentCore
import Foundation
import Testing

@testable import Llama

/// The real model, loaded once for all tests.
enum RealModel {
  static let file: URL = {
    let folder =
      ProcessInfo.processInfo.environment["COMMENTBOT_TEST_MODELS"].map { URL(filePath: $0) }
      ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../data/models/llm").standardized
    return folder.appending(path: "smollm2.gguf")
  }()

  /// Fails, with the command that brings it, when the file is absent.
  static func load(contextLimit: Int = 2048) async throws -> LlamaModel {
    try await LlamaModel.load(file, name: "smollm2", digest: "test", contextLimit: contextLimit, threads: 2)
  }
}

func answer(_ model: LlamaModel, _ request: ChatRequest) async throws -> (text: String, usage: ChatUsage) {
  var text = ""
  for try await event in model.chat(request) {
    switch event {
    case .text(let piece): text += piece
    case .done(let usage): return (text, usage)
    }
  }
  throw CancellationError()
}

/// Serialised: the engine takes all cores, and the tests below measure it.
@Suite(.serialized) struct LlamaModelTests {
  /// A stretch of talk, long enough to be worth not reading twice.
  private static let talk = (0..<40).map { "[\($0)] The council met on day \($0) and voted for the new bridge." }
    .joined(separator: "\n")

  private static let keyPoints = JSONSchema.object([
    .init("items", .array(of: .object([.init("segments", .array(of: .integer, maxItems: 3)), .init("text", .string(maxLength: 80))]), maxItems: 4))
  ])

  private struct KeyPoints: Decodable {
    var items: [Item]

    struct Item: Decodable {
      var segments: [Int]
      var text: String
    }
  }

  @Test func model_saysWhatItIs() async throws {
    let model = try await RealModel.load(contextLimit: 1024)
    #expect(model.identity == EngineIdentity(engine: "embedded", model: "smollm2", digest: "test"))
    #expect(model.contextLength == 1024)
    #expect(model.isWeak)
    #expect(!model.isTemplateAssumed)
    #expect(try await RealModel.load(contextLimit: 1_000_000).contextLength == 8192)
  }

  @Test func countTokens_isExact() async throws {
    let model = try await RealModel.load()
    #expect(try await model.countTokens("") == 0)
    #expect(try await model.countTokens("Hello world") == 2)
    let text = "Grüße aus Köln, 東京 und 👩‍👩‍👧!"
    let request = ChatRequest([ChatMessage(.user, text)], maxTokens: 1)
    let empty = ChatRequest([ChatMessage(.user, "")], maxTokens: 1)
    let difference = try await answer(model, request).usage.promptTokens - answer(model, empty).usage.promptTokens
    #expect(try await model.countTokens(text) == difference)
  }

  @Test func chat_answersByTheSchema() async throws {
    let model = try await RealModel.load()
    let request = ChatRequest(
      [ChatMessage(.system, "List the key points as JSON."), ChatMessage(.user, Self.talk)],
      schema: Self.keyPoints, maxTokens: 600)
    let (text, usage) = try await answer(model, request)
    let points = try JSONDecoder().decode(KeyPoints.self, from: Data(text.utf8))
    #expect(points.items.count <= 4)
    #expect(points.items.allSatisfy { $0.text.count <= 80 && $0.segments.count <= 3 })
    #expect(!usage.isCut)
    #expect(usage.promptTokens > 600)
    print(text, usage)
  }
}
