import CommentCore
import Foundation
import TestSupport
import Testing

@testable import OllamaClient

@Suite struct OllamaKeepAliveTests {
  @Test func zero_freesTheModelAfterTheLastAnswerOnly() async throws {
    let server = try recordedServer(["/api/generate": [.send(recording("generate_nostream"))]])
    let model = try await OllamaModel(on: OllamaClient(server), keepAlive: OllamaKeepAlive("0"))
    _ = try await model.chat(ChatRequest([ChatMessage(.user, "x")], maxTokens: 8)) { _ in }
    // How long it is kept otherwise is the server's own matter.
    #expect(try lastBody(server, "/api/chat")["keep_alive"] == nil)
    await model.release()
    #expect(try lastBody(server, "/api/generate") == ["model": "smollm2:latest", "keep_alive": 0])
    let kept = try recordedServer()
    await (try await OllamaModel(on: OllamaClient(kept))).release()
    #expect(!kept.requests.contains { $0.path == "/api/generate" })
  }

  @Test func shortMemory_freesTheModel() async throws {
    for isShort in [true, false] {
      let server = try recordedServer(["/api/generate": [.send(recording("generate_nostream"))]])
      let model = try await OllamaModel(on: OllamaClient(server), isMemoryShort: { isShort })
      await model.fitting("A text.").release()
      #expect(server.requests.contains { $0.path == "/api/generate" } == isShort)
    }
  }

  @Test func duration_isSentWithEveryQuestion() async throws {
    let server = try recordedServer()
    let model = try await OllamaModel(on: OllamaClient(server), keepAlive: OllamaKeepAlive("5m"))
    _ = try await model.chat(ChatRequest([ChatMessage(.user, "x")], maxTokens: 8)) { _ in }
    #expect(try lastBody(server, "/api/chat")["keep_alive"] as? String == "5m")
  }

  @Test func zero_freesTheModel_alsoOfWorkThatWasStopped() async throws {
    let server = try recordedServer(["/api/generate": [.send(recording("generate_nostream"))]])
    let model = try await OllamaModel(on: OllamaClient(server), keepAlive: OllamaKeepAlive("0"))
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await model.release()
    }
    await work.value
    #expect(try lastBody(server, "/api/generate") == ["model": "smollm2:latest", "keep_alive": 0])
  }

  @Test(arguments: [("300", "300"), ("-1", "-1"), ("10m", #""10m""#), ("1h30m", #""1h30m""#), ("0.5s", #""0.5s""#)])
  func seconds_areNumbers(text: String, json: String) throws {
    #expect(String(decoding: try JSONEncoder().encode([OllamaKeepAlive(text)]), as: UTF8.self) == "[\(json)]")
  }

  @Test(arguments: ["", "soon", "5 m", "m", "5x"])
  func noDuration_isRefused(text: String) {
    #expect(throws: CommentBotError.self) { try OllamaKeepAlive(text) }
  }
}
