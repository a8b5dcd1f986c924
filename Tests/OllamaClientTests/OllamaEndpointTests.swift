import CommentCore
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import OllamaClient

/// Models that come, go and are renamed; texts and vectors.
@Suite struct OllamaEndpointTests {
  private func server(_ path: String, _ name: String) throws -> ReplayServer {
    try recordedServer([path: [.send(recording(name))]])
  }

  @Test func pull_tellsTheBytesOfAllLayers() async throws {
    let server = try server("/api/pull", "pull_again_cached")
    let steps = Mutex<[OllamaPullProgress]>([])
    try await OllamaClient(server).pull("smollm2") { step in steps.withLock { $0.append(step) } }
    let all = steps.withLock(\.self)
    #expect(all.first == OllamaPullProgress(status: "pulling manifest", completed: 0, total: 0))
    #expect(all.last == OllamaPullProgress(status: "success", completed: 98_362_760, total: 98_362_760))
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.completed <= $1.completed })
    #expect(try lastBody(server, "/api/pull") == ["model": "smollm2"])
  }

  @Test func pull_missingCompletedAndStepsBack_countAsWhatIsThere() async throws {
    let lines = [
      #"{"status":"pulling a","digest":"a","total":100}"#,
      #"{"status":"pulling a","digest":"a","total":100,"completed":60}"#,
      #"{"status":"pulling a","digest":"a","total":100,"completed":20}"#,
      #"{"status":"pulling b","digest":"b","total":50,"completed":50}"#, #"{"status":"success"}"#,
    ]
    let server = try recordedServer(["/api/pull": [.reply(lines.joined(separator: "\n") + "\n")]])
    let done = Mutex<[Int]>([])
    try await OllamaClient(server).pull("x") { step in done.withLock { $0.append(step.completed) } }
    #expect(done.withLock(\.self) == [0, 60, 60, 110, 110])
  }

  @Test(arguments: [
    ("pull_digest_mismatch", CommentBotError.Code.serverError, "digest mismatch"),
    ("pull_missing_manifest", .serverError, "file does not exist"),
    ("pull_invalid_name", .refused, "invalid model name"),
  ])
  func pull_thatFails_saysWhy(name: String, code: CommentBotError.Code, cause: String) async throws {
    let server = try server("/api/pull", name)
    let error = await #expect(throws: CommentBotError.self) { try await OllamaClient(server).pull("nope") }
    #expect(error?.code == code && error?.cause.contains(cause) == true)
  }

  @Test func pull_withoutSuccess_isNoPull() async throws {
    let server = try recordedServer(["/api/pull": [.reply(#"{"status":"pulling manifest"}"# + "\n")]])
    #expect(await errorCode { try await OllamaClient(server).pull("x") } == .cutOff)
  }

  @Test func copyAndDelete_nameTheModel() async throws {
    let server = try recordedServer(["/api/copy": [.send(recording("copy"))], "/api/delete": [.reply("")]])
    let client = try OllamaClient(server)
    try await client.copy("smol1", to: "me/smolcopy:v1")
    try await client.delete("smol1")
    #expect(try lastBody(server, "/api/copy") == ["source": "smol1", "destination": "me/smolcopy:v1"])
    #expect(server.requests.last?.method == "DELETE")
    #expect(try lastBody(server, "/api/delete") == ["model": "smol1"])
    let unknown = try self.server("/api/delete", "delete_unknown_model")
    #expect(await errorCode { try await OllamaClient(unknown).delete("nope") } == .modelMissing)
  }

  @Test func embed_givesAVectorForEachText() async throws {
    let server = try server("/api/embed", "embed_single")
    let vectors = try await OllamaClient(server).embed(["hello world"], model: "smol-embed")
    #expect(vectors.count == 1 && vectors[0].count == 576 && abs(vectors[0][0]) < 1)
    #expect(try lastBody(server, "/api/embed")["truncate"] as? Bool == false)
    // One vector for two texts is no answer.
    #expect(await errorCode { _ = try await OllamaClient(server).embed(["a", "b"], model: "m") } == .badReply)
    let long = try self.server("/api/embed", "embed_long_truncate_false")
    #expect(await errorCode { _ = try await OllamaClient(long).embed(["a"], model: "m") } == .contextExceeded)
    let chat = try self.server("/api/embed", "embed_on_chat_model")
    #expect(await errorCode { _ = try await OllamaClient(chat).embed(["a"], model: "m") } == .serverError)
  }

  @Test func generate_cutsNothingInSilence() async throws {
    let server = try server("/api/generate", "generate_nostream")
    let answer = try await OllamaClient(server).generate("Name three colours.", model: "m", numCtx: 512, maxTokens: 24)
    #expect(answer.text == "1. Red\n2. Blue\n3. Green")
    #expect(answer.usage == ChatUsage(promptTokens: 13, outputTokens: 12, isCut: false))
    let body = try lastBody(server, "/api/generate")
    #expect(body["truncate"] as? Bool == false && body["shift"] as? Bool == false && body["stream"] as? Bool == false)
    let long = try self.server("/api/generate", "long_generate_both_false")
    let error = await #expect(throws: CommentBotError.self) {
      _ = try await OllamaClient(long).generate("x", model: "m", numCtx: 512, maxTokens: 24)
    }
    #expect(error?.code == .contextExceeded && error?.cause.contains("2513") == true)
  }
}
