import CommentCore
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import commentbot

/// What clients are told when something goes wrong.
struct FailureAnswerTests {
  @Test(arguments: [
    ("/srv/private/a.wav", "no space left on device", "cannot write a.wav: no space left on device"),
    ("/srv/private/a.wav", "/srv/private/a.wav is gone", "cannot write a.wav: a.wav is gone"),
    ("talk", "it is not in /srv/private/inbox any more", "cannot write talk: it is not in inbox any more"),
    ("talk", "'/srv/private/x y' (/etc/b)", "cannot write talk: 'x y' (b)"),
    ("http://host.example/v1/x", "it answered 500", "cannot write http://host.example/v1/x: it answered 500"),
  ])
  func failure_ofAFile_hasItsNameAlone(subject: String, cause: String, told: String) {
    let error = CommentBotError(.io, "write", subject, cause: cause, hint: "ls -ld /srv/private")
    let failure = ServiceFailure(error)
    #expect(failure.status.code == 500 && failure.message == told)
    #expect(failure.hint.map { !$0.contains("/srv") } == true)
    // The log is for those who may know.
    #expect(failure.logMessage == "\(error)")
  }

  @Test func failure_ofAnotherKind_tellsNothingOfItself() {
    let failure = ServiceFailure(TestFailure("open /srv/private"))
    #expect(failure.status.code == 500 && failure.message == "the server failed")
    #expect(failure.logMessage == "open /srv/private")
  }

  @Test func failure_ofAStoreThatIsBusy_saysWhenToComeBack() {
    let failure = ServiceFailure(CommentBotError(.busy, "write to", "/srv/a.sqlite", cause: "others write"))
    #expect(failure.status.code == 503 && failure.retryAfter == 5)
  }

  /// On one connection, where a body that is not to be there would be the begin of the next answer.
  @Test(arguments: ["/v1/nothing", "/v1/jobs/none", "/v1/audio/nothing", "/v1/recordings/none"])
  func head_ofAnError_hasNoBody(path: String) throws {
    let service = try RunningService.server("--workers", "0")
    let address = service.url.replacing("http://", with: "").replacing(":", with: "/")
    let script = """
      exec 3<>/dev/tcp/\(address)
      printf 'HEAD \(path) HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' >&3
      printf 'GET /health/live HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n\\r\\n' >&3
      cat <&3
      """
    let parts = try Command.run("bash", ["-c", script]).out.components(separatedBy: "\r\n\r\n")
    #expect(parts.count == 3, "\(parts)")
    #expect(parts[0].hasPrefix("HTTP/1.1 404 ") && parts[0].lowercased().contains("content-type: application/"))
    #expect(parts[1].hasPrefix("HTTP/1.1 200 ") && parts.last == "ok\n", "\(parts)")
  }

  @Test func body_thatIsNoJSONAsItShouldBe_isRefusedByField() throws {
    let service = try RunningService.server("--workers", "0")
    func ask(_ body: String, _ kind: String = "application/json") throws -> (Int, ProblemJSON) {
      let reply = try service.ask("/v1/ask", "-H", "Content-Type: \(kind)", "-d", body)
      return (reply.status, try reply.json(ProblemJSON.self))
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
      let (status, problem) = try ask("{}", kind)
      #expect(status == 415 && problem.code == "wrong_media_type", "\(kind)")
    }
    #expect(try ask(#"{"question": "Who?"}"#, "Application/JSON; charset=utf-8").0 != 415)
    for (body, param) in [
      ("{", nil), ("[]", nil), ("{}", "question"), (#"{"question": 1}"#, "question"),
      (#"{"question": null}"#, "question"),
    ] as [(String, String?)] {
      let (status, problem) = try ask(body)
      #expect(status == 400 && problem.code == "malformed_body" && problem.param == param, "\(body): \(problem)")
    }
  }

  /// Whether its length is told before or not.
  @Test(arguments: ["Content-Length", "Transfer-Encoding: chunked"])
  func body_ofJSONTooLarge_isRefused(header: String) throws {
    let service = try RunningService.server("--workers", "0")
    let body = service.home.file("body")
    try Data("{\"question\": \"\(String(repeating: "a", count: 1 << 20))\"}".utf8).write(to: body)
    let more = header == "Content-Length" ? [] : ["-H", header]
    let reply = try service.ask(
      "/v1/ask", ["-H", "Content-Type: application/json", "--data-binary", "@\(body.path)"] + more)
    #expect(reply.status == 413, "\(reply.body)")
    #expect(try reply.json(ProblemJSON.self).code == "body_too_large")
  }
}
