import Foundation
import TestSupport
import Testing

/// What all routes of a server have in common, told by the real one.
struct ServerTests {
  @Test func requests_wrongPathsAndMethods_areProblems() throws {
    let service = try RunningService.server()
    let unknown = try service.ask("/v1/nothing", "-H", "X-Request-ID: my-own.1")
    #expect(unknown.status == 404 && unknown.headers["content-type"] == "application/problem+json")
    let problem = try unknown.json(ProblemJSON.self)
    #expect(problem.code == "unknown_url" && problem.requestId == "my-own.1" && problem.status == 404)
    #expect(unknown.headers["x-request-id"] == "my-own.1")
    let wrong = try service.ask("/v1/models", "-X", "DELETE", "-H", "X-Request-ID: two words")
    #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, HEAD")
    #expect(wrong.headers["x-request-id"] != "two words")
    // OpenAI's clients understand its own errors only.
    let speech = try service.ask("/v1/audio/transcriptions", "-d", "{}")
    #expect(try speech.status == 400 && speech.json(FailureJSON.self).isWhole)
    for reply in [unknown, wrong, speech] {
      #expect(reply.headers["x-content-type-options"] == "nosniff" && reply.headers["cache-control"] == "no-store")
      #expect(reply.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
      #expect(reply.headers["referrer-policy"] == "no-referrer")
      #expect(reply.headers["access-control-allow-origin"] == nil)
    }
  }

  @Test func pages_ofOtherOrigins_areLetInByNameOnly() throws {
    let service = try RunningService.server("--cors-origin", "https://pages.example")
    let good = try service.ask("/v1/models", "-H", "Origin: https://pages.example")
    #expect(good.status == 200 && good.headers["access-control-allow-origin"] == "https://pages.example")
    #expect(good.headers["vary"] == "Origin" && good.headers["access-control-allow-credentials"] == nil)
    let asked = try service.ask(
      "/v1/jobs", "-X", "OPTIONS", "-H", "Origin: https://pages.example", "-H", "Access-Control-Request-Method: POST")
    #expect(asked.status == 204 && asked.headers["access-control-allow-methods"]?.contains("POST") == true)
    for origin in ["https://pages.example.evil.example", "http://pages.example", "null", "https://pages.example:8"] {
      let reply = try service.ask("/v1/models", "-H", "Origin: \(origin)")
      #expect(reply.status == 403 && reply.headers["access-control-allow-origin"] == nil, "\(origin)")
    }
    #expect(try service.ask("/v1/models", "-H", "Host: pages.example").status == 403)
    #expect(try service.home.run("serve", "--port", "0", "--cors-origin", "*").status == 78)
  }

  @Test func readiness_modelIsGone_namesIt() throws {
    let home = try Installation()
    try home.ownModels()
    let service = try RunningService.server(home: home)
    let ready = try service.ask("/health/ready")
    #expect(ready.status == 200, "\(ready.body)")
    try FileManager.default.removeItem(at: home.file("data/models/whisper"))
    let reply = try service.ask("/health/ready")
    let state = try reply.json(ReadinessJSON.self)
    #expect(reply.status == 503 && state.status == "not_ready")
    #expect(state.checks["models"]?.ready == false && state.checks["models"]?.code == "model_missing")
    #expect(state.checks.filter { !$0.value.ready }.count == 1)
    #expect(Set(state.checks.keys) == ["database", "disk", "models", "language_model", "workers"])
    #expect(!reply.body.contains(home.scratch.url.path))
    #expect(try service.ask("/health/live").status == 200)
  }

  @Test func log_notOnATerminal_isOneObjectARequest() throws {
    let service = try RunningService.server("--log-level", "info")
    _ = try service.ask("/v1/models?q=whisper-something-secret", "-H", "X-Request-ID: one")
    let lines = try service.errors.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let line = try #require(lines.first { ($0["metadata"] as? [String: Any])?["request_id"] as? String == "one" })
    #expect(
      Set(line.keys) == [
        "@timestamp", "level", "service", "version", "environment", "message", "metadata", "context",
      ])
    let metadata = try #require(line["metadata"] as? [String: Any])
    #expect(metadata["duration_ms"] is Int && metadata["ip_address"] as? String == "127.0.0.1")
    #expect(metadata["user_id"] as? String == "local" && line["message"] as? String == "GET /v1/models 200")
    #expect((line["context"] as? [String: Any])?["line"] is Int)
    #expect(try !service.errors.contains("secret"))
  }

  @Test func metrics_arePrometheusText() throws {
    let service = try RunningService.server()
    _ = try service.ask("/v1/models")
    _ = try service.ask("/v1/nothing")
    let reply = try service.ask("/metrics")
    #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    let metrics = try PrometheusText(reply.body)
    #expect(metrics.values[#"commentbot_http_requests_total{method="GET",route="/v1/models",status="200"}"#] == 1)
    #expect(metrics.values[#"commentbot_http_requests_total{method="GET",route="other",status="404"}"#] == 1)
    #expect(metrics.values[#"commentbot_jobs{state="queued"}"#] == 0)
    for name in [
      "commentbot_queue_age_seconds", "commentbot_audio_cache_bytes", "commentbot_real_time_factor",
      "commentbot_whisper_queue_depth",
    ] {
      #expect(metrics.values[name] == 0, "\(name)")
    }
    #expect(metrics.types["commentbot_http_request_duration_seconds"] == "histogram")
  }

  @Test func server_toldToStop_endsCleanly() throws {
    let service = try RunningService.server("--workers", "2")
    kill(service.process.processIdentifier, SIGTERM)
    service.process.waitUntilExit()
    #expect(service.process.terminationReason == .exit && service.process.terminationStatus == 0)
    #expect(try service.leftovers.isEmpty)
  }
}

struct ReadinessJSON: Decodable {
  struct Check: Decodable {
    var ready: Bool
    var code: String?
  }
  var status: String
  var checks: [String: Check]
}
