import Foundation
import TestSupport
import Testing

@testable import commentbot

/// Who may use a server, told by the real one.
struct AccessTests {
  @Test func keys_fromTheFirstOnAreAskedFor_andRevokedOnesOpenNothing() throws {
    let service = try RunningService.server()
    #expect(try service.ask("/v1/models").status == 200)
    let key = try Self.makeKey(service.home)
    // The server believes for a second that there is no key.
    let deadline = ContinuousClock.now + .seconds(120)
    while try service.ask("/v1/models").status != 401, ContinuousClock.now < deadline {}
    let refused = try service.ask("/v1/models")
    #expect(refused.status == 401 && refused.headers["www-authenticate"] == "Bearer")
    #expect(try refused.json(ProblemJSON.self).code == "missing_key")
    let bearer = ["-H", "Authorization: Bearer \(key)"]
    #expect(try service.ask("/v1/models", bearer[0], bearer[1]).status == 200)
    #expect(try service.ask("/v1/models", "-H", "X-API-Key: \(key)").status == 200)
    let id = String(key.dropFirst(4).prefix(16))
    let (last, other) = (key.hasSuffix("0") ? "1" : "0", id.hasPrefix("0") ? "1" : "0")
    let wrong = [
      String(key.dropLast()) + last, key.replacing(id, with: other + id.dropFirst()), "cbk_", "", "Basic", "a.b.c",
    ]
    for key in wrong {
      #expect(try service.ask("/v1/models", "-H", "Authorization: Bearer \(key)").status == 401, "\(key)")
    }
    #expect(try service.ask("/health/live").status == 200)
    #expect(try service.ask("/metrics").status == 200)
    #expect(try service.home.run("keys", "revoke", id).status == 0)
    #expect(try service.ask("/v1/models", bearer[0], bearer[1]).status == 401)
    // The last key is gone, and the door stays closed.
    #expect(try service.ask("/v1/models").status == 401)
    #expect(try !service.errors.contains(key))
  }

  @Test func keys_areKeptAsDigests_andListedWithoutSecrets() throws {
    let home = try Installation()
    let key = try Self.makeKey(home, "--owner", "anna", "--name", "laptop", "--scopes", "read")
    #expect(KeyToken(key) != nil && key.count == 85)
    #expect(try home.run("keys", "create", "--if-none").out.isEmpty)
    let list = try home.run("keys", "list", "--json").out
    #expect(list.contains("anna") && list.contains("laptop") && !list.contains(key))
    let secret = Data(key.suffix(64).utf8)
    for name in ["", "-wal"] {
      let file = home.file("bd/commentbot/commentbot.sqlite\(name)")
      let bytes = (try? Data(contentsOf: file)) ?? Data()
      #expect(bytes.range(of: secret) == nil)
    }
    #expect(try home.run("keys", "revoke", "0123456789abcdef").status == 66)
    #expect(try home.run("keys", "create", "--scopes", "read,everything").status == 64)
  }

  @Test func scopes_missing_areRefused() throws {
    let home = try Installation()
    let key = try Self.makeKey(home, "--scopes", "read")
    let service = try RunningService.server(home: home)
    let header = "Authorization: Bearer \(key)"
    #expect(try service.ask("/v1/models", "-H", header).status == 200)
    let refused = try service.ask("/v1/audio/transcriptions", "-H", header, "-F", "file=x")
    #expect(refused.status == 403 && refused.body.contains("missing_scope"))
  }

  @Test func server_beyondLoopbackWithoutKeys_doesNotStart() throws {
    let result = try Installation().run("serve", "--host", "0.0.0.0", "--port", "0")
    #expect(result.status == 64)
    #expect(result.error.contains("commentbot keys create"))
  }

  @Test func server_beyondLoopback_metricsNeedAdmin() throws {
    let home = try Installation()
    let (reader, admin) = (try Self.makeKey(home, "--scopes", "read"), try Self.makeKey(home, "--scopes", "read,admin"))
    let service = try RunningService.server("--host", "0.0.0.0", home: home)
    #expect(try service.ask("/metrics").status == 401)
    for path in ["/metrics", "//metrics", "/metrics/"] {
      #expect(try service.ask(path, "-H", "X-API-Key: \(reader)").status != 200, "\(path)")
    }
    #expect(try service.ask("/metrics", "-H", "X-API-Key: \(admin)").status == 200)
    #expect(try service.ask("/health/live").status == 200)
  }

  @Test func wrongKeysAndRequests_tooMany_areRefusedForAWhile() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_FAILURE_LIMIT"] = "2"
    home.environment["COMMENTBOT_SERVE_KEY_LIMIT"] = "3"
    let key = try Self.makeKey(home)
    let service = try RunningService.server(home: home)
    let statuses = try (0..<3).map { _ in try service.ask("/v1/models", "-H", "X-API-Key: cbk_x").status }
    #expect(statuses == [401, 401, 429])
    let replies = try (0..<4).map { _ in try service.ask("/v1/models", "-H", "X-API-Key: \(key)") }
    #expect(replies.map(\.status) == [200, 200, 200, 429])
    #expect(replies.map { $0.headers["ratelimit-remaining"] } == ["2", "1", "0", "0"])
    let last = try #require(replies.last)
    #expect(last.headers["ratelimit-limit"] == "3" && last.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0)
    #expect(try last.json(ProblemJSON.self).code == "rate_limited")
  }

  private static func makeKey(_ home: Installation, _ arguments: String...) throws -> String {
    let result = try home.run(["keys", "create"] + arguments)
    guard result.status == 0 else { throw TestFailure(result.error) }
    return result.out.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// RFC 9457, as CommentBot's own routes answer.
struct ProblemJSON: Decodable {
  var type, title, detail, code: String
  var status: Int
  var hint, param: String?
  var requestId: String
}
