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

  @Test func scopes_eachAlone_openWhatIsDescribedWithThemOnly() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_KEY_LIMIT"] = "0"
    let keys = try ["read", "write", "admin"].map { ($0, try Self.makeKey(home, "--scopes", $0)) }
    let service = try RunningService.server("--host", "0.0.0.0", "--workers", "0", home: home)
    let document: ScopedDocument = try service.ask("/openapi.json").json()
    var asked: Set<String> = []
    for (path, operations) in document.paths {
      // Nobody has anything with this id.
      let path = path.replacing(#/\{[a-z_]+\}/#, with: "none")
      for (method, operation) in operations {
        let arguments = method == "head" ? ["-I"] : ["-X", method.uppercased()]
        for (scope, key) in keys {
          let reply = try service.ask(path, arguments + ["-H", "X-API-Key: \(key)"])
          let isOpen = operation.scope == nil || operation.scope == scope
          #expect((reply.status != 403) == isOpen, "\(scope): \(method) \(path): \(reply.status)")
        }
        asked.insert(operation.scope ?? "none")
      }
    }
    #expect(asked == ["none", "read", "write", "admin"])
    for (scope, key) in keys {
      let (head, lost) = (["-I", "-H", "X-API-Key: \(key)"], ["-X", "POST", "-H", "X-API-Key: \(key)"])
      #expect(try service.ask("/metrics", head).status == (scope == "admin" ? 200 : 403))
      #expect(try service.ask("/v1/jobs", head).status == (scope == "read" ? 200 : 403))
      #expect(try service.ask("/v1/nothing", lost).status == 404)
      #expect(try service.ask("/v1/search", lost).status == 405)
    }
    for path in ["/metrics", "/v1/jobs", "/v1/nothing"] { #expect(try service.ask(path, "-I").status == 401) }
  }

  @Test func tokens_ofAnotherSystem_openWhatIsTheirOwners() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_FAILURE_LIMIT"] = "0"
    let secret = home.file("secret")
    try Data(SignedToken.secret.utf8).write(to: secret)
    let service = try RunningService.server(
      "--workers", "0", "--jwt-algorithm", "HS256", "--jwt-key-file", secret.path, home: home)
    func ask(_ path: String, _ token: String, _ arguments: String...) throws -> RunningService.Reply {
      try service.ask(path, ["-H", "Authorization: Bearer \(token)"] + arguments)
    }
    let claims: [String: any Sendable] = [
      "sub": "anna", "aud": "commentbot", "exp": Int(Date.now.timeIntervalSince1970) + 3600, "scope": "read write",
    ]
    func token(_ changes: [String: any Sendable]) -> String { SignedToken.make(claims.merging(changes) { $1 }) }
    let anna = token([:])
    let audio = try JobAPITests.noise("a.wav", in: service)
    let made = try ask("/v1/jobs", anna, "-F", "file=@\(audio.path)")
    #expect(made.status == 202)
    let path = "/v1/jobs/\(try made.json(JobAPITests.Job.self).id)"
    #expect(try ask(path, anna).status == 200)

    let past = Int(Date.now.timeIntervalSince1970) - 1
    for attack in SignedToken.attacks(claims) + [token(["exp": past]), token(["aud": "other"]), token(["sub": ""])] {
      let reply = try ask(path, attack)
      #expect(reply.status == 401 && reply.headers["www-authenticate"] == "Bearer", "\(attack): \(reply.status)")
    }
    #expect(try service.ask(path).status == 401)

    let berta = token(["sub": "berta"])
    #expect(try ask(path, berta).status == 404)
    #expect(try ask(path, berta, "-X", "DELETE").status == 404)
    #expect(try ask("/v1/jobs", berta).json(JobAPITests.Page.self).jobs.isEmpty)
    #expect(try ask("/v1/jobs", anna).json(JobAPITests.Page.self).jobs.map(\.state) == ["queued"])

    let reader = token(["scope": "read"])
    #expect(try ask(path, reader).status == 200)
    let refused = try ask(path, reader, "-X", "DELETE")
    #expect(refused.status == 403 && refused.body.contains("missing_scope"))
    #expect(try ask(path, token(["scope": ""])).status == 403)
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

/// What `/openapi.json` tells of scopes.
private struct ScopedDocument: Decodable {
  struct Operation: Decodable {
    var scope: String?

    private enum CodingKeys: String, CodingKey { case scope = "x-scope" }
  }
  var paths: [String: [String: Operation]]
}

/// RFC 9457, as CommentBot's own routes answer.
struct ProblemJSON: Decodable {
  var type, title, detail, code: String
  var status: Int
  var hint, param: String?
  var requestId: String
}
