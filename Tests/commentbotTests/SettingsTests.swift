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
