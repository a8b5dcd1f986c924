import CommentCore
import Foundation
import OllamaClient
import TestSupport
import Testing

@Suite struct OllamaClientTests {
  @Test func version_isRead() async throws {
    let server = try recordedServer()
    #expect(try await OllamaClient(server).version() == "0.33.0-rc2")
  }

  @Test func tags_listsTheModels() async throws {
    let server = try recordedServer(["/api/tags": [.send(recording("tags_many"))]])
    let models = try await OllamaClient(server).tags()
    #expect(models.map(\.name) == ["smol1:latest", "think-smol:latest", "me/smolcopy:v1", "smollm2:latest"])
    #expect(models[1].capabilities == ["completion", "thinking"])
    #expect(models[3].digest == "fd5f44c0b5aff6453726119fc560d73a8a995a55b4a49804bc24b1969ecf1794")
    #expect(models[3].size == 98_362_745)
    #expect(models[3].details.parameterSize == "134.52M")
  }

  @Test func tags_isEmpty_whenThereAreNoModels() async throws {
    let server = try recordedServer(["/api/tags": [.send(recording("tags_empty"))]])
    #expect(try await OllamaClient(server).tags().isEmpty)
  }

  @Test func ps_saysWhatIsLoaded() async throws {
    let server = try recordedServer()
    let loaded = try await OllamaClient(server).ps()
    #expect(loaded.map(\.name) == ["smollm2:latest"])
    #expect(loaded.first?.contextLength == 4096)
    #expect(loaded.first?.sizeVRAM == 0)
  }

  @Test func show_saysWhatTheModelCan() async throws {
    let server = try recordedServer()
    let facts = try await OllamaClient(server).show("smollm2")
    #expect(facts.contextLength == 8192)
    #expect(facts.parameterCount == 134_515_008)
    #expect(facts.capabilities == ["completion"])
  }

  @Test func show_readsParameters_fromTheirShortForm() async throws {
    let server = try recordedServer(["/api/show": [.reply(#"{"details":{"parameter_size":"3.2B"}}"#)]])
    let facts = try await OllamaClient(server).show("old")
    #expect(facts.parameterCount == 3.2e9)
    #expect(facts.contextLength == nil)
  }

  @Test func show_throwsModelMissing_withTheCommandThatBringsIt() async throws {
    let server = try recordedServer(["/api/show": [.send(recording("show_unknown_model"))]])
    let error = await #expect(throws: CommentBotError.self) { _ = try await OllamaClient(server).show("nope") }
    #expect(error?.code == .modelMissing)
    #expect(error?.hint == "ollama pull nope")
  }

  @Test func anyCall_throwsUnreachable_withAHint() async throws {
    let url = try ReplayServer.refusingURL()
    let client = OllamaClient(host: try OllamaHost(url))
    let error = await #expect(throws: CommentBotError.self) { _ = try await client.version() }
    #expect(error?.code == .unreachable)
    #expect(error?.subject == "Ollama at \(url)")
    #expect(error?.hint?.contains("ollama serve") == true)
  }

  @Test func anyCall_throwsUnreachable_whenTheServerHangs() async throws {
    let server = try ReplayServer { _ in [.awaitClose] }
    let timeouts = HTTPTimeouts(connect: .milliseconds(50), firstByte: .milliseconds(50))
    let client = OllamaClient(host: try OllamaHost(server.url), timeouts: timeouts)
    #expect(await errorCode { _ = try await client.tags() } == .unreachable)
  }

  @Test func anyCall_isRefused_whenTheAddressIsForeign() async throws {
    let server = try recordedServer(["/api/tags": [.send(recording("host_evil"))]])
    #expect(await errorCode { _ = try await OllamaClient(server).tags() } == .refused)
  }

  @Test(arguments: ["", "garbage", "{\"models\":", "[]", "{\"version\":5}"])
  func anyCall_throwsBadReply_whenTheAnswerIsNotOllamas(_ body: String) async throws {
    let server = try recordedServer(["/api/version": [.reply(body)]])
    #expect(await errorCode { _ = try await OllamaClient(server).version() } == .badReply)
  }

  @Test func theKey_isSent_toThisMachine() async throws {
    let server = try recordedServer()
    _ = try await OllamaClient(server, apiKey: "secret").version()
    #expect(server.requests.first?.headers["authorization"] == "Bearer secret")
  }

  @Test func theKey_isNotSent_overPlainHTTPElsewhere() async throws {
    let server = try recordedServer()
    // Another spelling of 127.0.0.1, which is not taken for this machine.
    let host = try OllamaHost("http://127.1:\(server.port)")
    _ = try await OllamaClient(host: host, apiKey: "secret").version()
    #expect(server.requests.count == 1)
    #expect(server.requests.first?.headers["authorization"] == nil)
  }

  @Test func thePath_comesBeforeTheAPI() async throws {
    let server = try ReplayServer { [.reply(#"{"version":"\#($0.path)"}"#)] }
    let client = OllamaClient(host: try OllamaHost(server.url + "/behind/proxy/"))
    #expect(try await client.version() == "/behind/proxy/api/version")
  }
}
