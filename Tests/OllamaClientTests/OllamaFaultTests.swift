import CommentCore
import Foundation
import TestSupport
import Testing

@testable import OllamaClient

/// What a server can do wrong while it answers `/api/chat`.
@Suite struct OllamaFaultTests {
  private static let line = #"{"message":{"role":"assistant","content":"x"},"done":false}"# + "\n"

  private func failure(
    _ steps: [ReplayServer.Step], prompt: String = "Why?", timeouts: HTTPTimeouts = HTTPTimeouts()
  ) async throws -> CommentBotError? {
    let server = try recordedServer(["/api/chat": steps])
    let client = OllamaClient(host: try OllamaHost(server.url), chatTimeouts: timeouts)
    let model = try await OllamaModel(on: client, numCtx: 4096, busyDelays: [])
    return await #expect(throws: CommentBotError.self) {
      _ = try await model.chat(ChatRequest([ChatMessage(.user, prompt)], maxTokens: 8)) { _ in }
    }
  }

  @Test func unknownModel_isModelMissing() async throws {
    let error = try await failure([.send(recording("chat_unknown_model"))])
    #expect(error?.code == .modelMissing)
    #expect(error?.hint == "ollama pull smollm2:latest")
  }

  @Test func tooLongPrompt_isContextExceeded_withTheServersFigures() async throws {
    let error = try await failure([.send(recording("long_chat_single_msg_both_false_stream"))])
    #expect(error?.code == .contextExceeded)
    #expect(error?.cause == "2523 tokens exceed the context of 512")
  }

  /// A proxy before the server, to which nothing was sent over a network in the clear.
  @Test func missingPassword_saysWhereItGoes() async throws {
    let error = try await failure([.reply("<html>", status: 401)])
    #expect(error?.code == .configuration && error?.hint?.contains("over https or to this machine only") == true)
  }

  @Test func badRequest_isRefused() async throws {
    #expect(try await failure([.send(recording("chat_wrong_type"))])?.code == .refused)
  }

  @Test func endWithoutDone_isCutOff() async throws {
    #expect(try await failure([.send(recording("token_repeat_abort_stream"))])?.code == .cutOff)
  }

  @Test func errorLine_isServerError_withItsText() async throws {
    let error = try await failure([.send(recording("runner_killed_midstream"))])
    #expect(error?.code == .serverError)
    #expect(error?.cause == "an error was encountered while running the model: unexpected EOF")
  }

  @Test func brokenConnection_isCutOff() async throws {
    #expect(try await failure([.chunkedHead, .chunk(Self.line), .close])?.code == .cutOff)
  }

  @Test func stall_isCutOff() async throws {
    let error = try await failure(
      [.chunkedHead, .chunk(Self.line), .awaitClose], timeouts: HTTPTimeouts(idle: .milliseconds(50)))
    #expect(error?.code == .cutOff)
  }

  /// As over a very bad line: there is no total time, only one between two arrivals.
  @Test func answerByteByByte_isReadToItsEnd() async throws {
    let body = Data((Self.line + #"{"message":{"content":"y"},"done":true,"prompt_eval_count":5}"# + "\n").utf8)
    let server = try recordedServer([
      "/api/chat": [
        .send(Data("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n".utf8)),
        .trickle(body, pause: .milliseconds(2)),
      ]
    ])
    let client = OllamaClient(host: try OllamaHost(server.url), chatTimeouts: HTTPTimeouts(idle: .seconds(20)))
    var text = ""
    _ = try await OllamaModel(on: client).chat(ChatRequest([ChatMessage(.user, "x")], maxTokens: 8)) { text += $0 }
    #expect(text == "xy")
  }

  @Test func hangBeforeTheHead_isUnreachable() async throws {
    let timeouts = HTTPTimeouts(connect: .milliseconds(50), firstByte: .milliseconds(50))
    #expect(try await failure([.awaitClose], timeouts: timeouts)?.code == .unreachable)
  }

  @Test func closedConnection_isUnreachable() async throws {
    #expect(try await failure([.close])?.code == .unreachable)
  }

  @Test(arguments: ["garbage\n", "{\"message\":{\"conte\n", "{\"message\":[]}\n", "[]\n", "\u{FFFD}\n"])
  func garbage_isBadReply(_ text: String) async throws {
    #expect(try await failure([.chunkedHead, .chunk(Self.line), .chunk(text), .chunk("")])?.code == .badReply)
  }

  @Test func status500_isServerError() async throws {
    let error = try await failure([.reply(#"{"error":"it \"broke\""}"#, status: 500)])
    #expect(error?.code == .serverError)
    #expect(error?.cause == "status 500: it \"broke\"")
    #expect(try await failure([.reply("<html>", status: 502)])?.code == .serverError)
  }

  @Test func endlessLine_isRefused_withoutReadingItWhole() async throws {
    let piece = ReplayServer.Step.chunk(Data(repeating: UInt8(ascii: " "), count: 1 << 20))
    #expect(try await failure([.chunkedHead] + Array(repeating: piece, count: 1024))?.code == .badReply)
  }

  /// What small models do in JSON mode: the limit of tokens ends it on a real server, that of bytes on this one.
  @Test func endlessWhiteSpace_isRefused() async throws {
    let line = #"{"message":{"role":"assistant","content":"\n\t  "},"done":false}"# + "\n"
    let lines = ReplayServer.Step.chunk(String(repeating: line, count: 10_000))
    let steps = [ReplayServer.Step.chunkedHead] + Array(repeating: lines, count: 100)
    #expect(try await failure(steps)?.cause == "the answer does not end")
  }

  @Test func endlessAnswer_isRefused() async throws {
    let lines = ReplayServer.Step.chunk(String(repeating: Self.line, count: 10_000))
    #expect(try await failure([.chunkedHead] + Array(repeating: lines, count: 100))?.cause == "the answer does not end")
  }

  @Test func busyServer_isAskedAgain() async throws {
    let busy = try recording("busy")
    let good = try recording("chat_stream")
    let asked = Counter()
    let others = try [
      "/api/tags": recording("tags_one"), "/api/show": recording("show"), "/api/ps": recording("ps_empty"),
    ]
    let server = try ReplayServer { request in
      if let other = others[request.path] { return [.send(other)] }
      return [.send(asked.next() < 2 ? busy : good)]
    }
    let delays = [Duration.zero, .zero]
    let model = try await OllamaModel(on: OllamaClient(server), busyDelays: delays)
    let usage = try await model.chat(ChatRequest([ChatMessage(.user, "x")], maxTokens: 8)) { _ in }
    #expect(usage == ChatUsage(promptTokens: 23, outputTokens: 13, isCut: false))
    #expect(server.requests.count { $0.path == "/api/chat" } == 3)
  }

  @Test func busyServer_isBusy_whenItStaysSo() async throws {
    #expect(try await failure([.send(recording("busy"))])?.code == .busy)
  }

  // MARK: - Nothing is cut in silence

  @Test func promptThatMayNotFit_isNotSent() async throws {
    let server = try recordedServer()
    let model = try await OllamaModel(on: OllamaClient(server), numCtx: 512)
    let prompt = String(repeating: "the cat sat on the mat. ", count: 100)
    let code = await errorCode {
      _ = try await model.chat(ChatRequest([ChatMessage(.user, prompt)], maxTokens: 8)) { _ in }
    }
    #expect(code == .contextExceeded)
    #expect(!server.requests.contains { $0.path == "/api/chat" })
  }

  @Test(arguments: [2050, 4096])
  func promptThatWasCut_isContextExceeded(_ counted: Int) async throws {
    // What a server that ignores `truncate` reports for a prompt beyond its context of 4096.
    let done = #"{"message":{"content":"x"},"done":true,"done_reason":"stop","prompt_eval_count":\#(counted)}"#
    let prompt = String(repeating: "the cat sat on the mat. ", count: 380)
    #expect(try await failure([.chunkedHead, .chunk(done), .chunk("")], prompt: prompt)?.code == .contextExceeded)
  }
}
