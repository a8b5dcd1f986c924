import CommentCore
import Foundation
import OllamaClient
import TestSupport
import Testing

@testable import commentbot

/// What environment and configuration file say, by the real reader of both.
struct SettingsTests {
  @Test func ollamaKey_inTheEnvironment_arrivesAtTheServer() async throws {
    let scratch = try Scratch()
    let server = try ReplayServer { _ in [.reply(#"{"version":"0.33.0"}"#)] }
    let settings = try await Settings.load(
      home: Home(root: scratch.url), environment: ["OLLAMA_HOST": server.url, "OLLAMA_API_KEY": "secret"])
    _ = try await settings.ollama().version()
    #expect(server.requests.first?.headers["authorization"] == "Bearer secret")
  }

  @Test(arguments: [
    ("whisper:\n  modle: small\n", "whisper.modle"), ("thread: 2\n", "thread"), ("llm.engin: none\n", "llm.engin"),
    ("ollama:\n  host: localhost\n  hosts: [a, b]\n", "ollama.hosts"), ("threads:\n  number: 2\n", "threads.number"),
  ])
  func unknownKey_isRefusedByName(text: String, key: String) async throws {
    let scratch = try Scratch()
    let home = Home(root: scratch.url)
    try AtomicFile.makeFolder(home.configuration.deletingLastPathComponent())
    try Data(text.utf8).write(to: home.configuration)
    let error = await #expect(throws: CommentBotError.self) { try await Settings.load(home: home, environment: [:]) }
    #expect(error?.code == .configuration)
    #expect(error?.subject == "\(key) in \(home.configuration.path)")
  }

  @Test func everyKnownKey_isRead() async throws {
    let scratch = try Scratch()
    let home = Home(root: scratch.url)
    try AtomicFile.makeFolder(home.configuration.deletingLastPathComponent())
    let text = """
      # all of them
      whisper: {model: small, url: "http://host:9000", api_key: word}
      llm: {engine: ollama, model: mine, context: 4096}
      ollama: {host: example.com, model: qwen, api_key: secret}
      threads: 1
      cache.bytes: 5
      """
    try Data(text.utf8).write(to: home.configuration)
    let settings = try await Settings.load(home: home, environment: [:])
    #expect(settings.whisperModel == "small" && settings.llm == .ollama && settings.llmModel == "mine")
    #expect(settings.ollamaHost == "example.com" && settings.ollamaModel == "qwen" && settings.ollamaKey == "secret")
    #expect(settings.whisperURL == "http://host:9000" && settings.whisperKey == "word")
    #expect(
      settings.serviceModel == "small" && settings.llmContext == 4096 && settings.threads == 1
        && settings.cacheBytes == 5)
  }

  @Test(arguments: ["whisper:\n  # model: small\nthreads: 1\n", "whisper: ~\nthreads: 1\n"])
  func sectionWithoutKeys_isNoError(text: String) async throws {
    let scratch = try Scratch()
    let home = Home(root: scratch.url)
    try AtomicFile.makeFolder(home.configuration.deletingLastPathComponent())
    try Data(text.utf8).write(to: home.configuration)
    let settings = try await Settings.load(home: home, environment: [:])
    #expect(settings.threads == 1 && settings.whisperModel == "base")
  }

  @Test func malformedOllamaHost_isNotPassedOver() throws {
    var home = try Installation()
    home.environment["OLLAMA_HOST"] = "::::"
    let audio = try Speech.make("Hello there.", at: home.file("a.wav"))
    let result = try home.run("process", audio.path)
    #expect(result.status == 78, "\(result.error)")
    #expect(result.error.contains("OLLAMA_HOST=::::"))
  }

  @Test func modelsList_asJSON_isOneObjectALine() throws {
    struct Row: Decodable {
      var name: String
      var installed: Bool
    }
    let home = try Installation()
    let rows = try home.run("models", "list", "--json").out.split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    #expect(rows.filter(\.installed).map(\.name).contains("base"))
    #expect(rows.contains { !$0.installed })
  }
}
