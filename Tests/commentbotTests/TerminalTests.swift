import Foundation
import Synchronization
import TestSupport
import Testing

/// What a person sees at a terminal while the program works: the stand-in for Ollama stops in the middle of its answer
/// until that is seen.
struct TerminalTests {
  /// Lets the server go on when something was seen, or after so long that it never will be.
  private final class Gate: Sendable {
    private let isSeen = DispatchSemaphore(value: 0)
    private let isLate = Mutex(false)

    /// Whether the server had to go on before anything was seen.
    var wasTooLate: Bool { isLate.withLock(\.self) }
    func open() { isSeen.signal() }
    func wait() {
      if isSeen.wait(timeout: .now() + 60) == .timedOut { isLate.withLock { $0 = true } }
    }
  }

  /// Lines of a stream, the first of them slowly, with the gate behind those.
  private static func stream(_ slow: [[String: Any]], _ gate: Gate, _ rest: [[String: Any]]) -> [ReplayServer.Step] {
    let (slow, rest) = (lines(slow), lines(rest))
    let head = "HTTP/1.1 200 OK\r\nContent-Length: \(slow.count + rest.count)\r\n\r\n"
    return [.send(Data(head.utf8)), .trickle(slow, pause: .milliseconds(3)), .wait { gate.wait() }, .send(rest)]
  }

  private static func lines(_ objects: [[String: Any]]) -> Data {
    objects.reduce(into: Data()) { $0 += ((try? JSONSerialization.data(withJSONObject: $1)) ?? Data()) + [0x0A] }
  }

  private static func said(_ content: String, isDone: Bool = false) -> [String: Any] {
    ["message": ["role": "assistant", "content": content], "done": isDone, "prompt_eval_count": 300, "eval_count": 9]
  }

  private static let models = #"{"models":[{"name":"big:latest","digest":"d1","size":1,"details":{}}]}"#
  private static let facts =
    #"{"capabilities":["completion"],"model_info":{"general.architecture":"x","x.context_length":8192,"general.parameter_count":3e9}}"#

  @Test func comment_isSeenWhileItIsWritten_withoutTheModelsControlSequences() throws {
    var home = try Installation()
    let audio = try Speech.make(
      "Good morning everybody. The boxes come on Friday afternoon. We need more paper.", at: home.file("talk.wav"))
    try #require(home.run("process", "--llm", "none", "--language", "en", audio.path).status == 0)
    let gate = Gate()
    let isAsked = Mutex(false)
    let start = #"{"items":[{"quote":"on Friday afternoon","segments":[0,1],"text":""#
    let words = ["\u{1B}]0;owned\u{7}", "The ", "\u{1B}[31m", "crates ", "\u{9B}2J", "are ", "on ", "their ", "way "]
    let server = try ReplayServer { request in
      switch request.path {
      case "/api/tags": return [.reply(Self.models)]
      case "/api/show": return [.reply(Self.facts)]
      case "/api/ps": return [.reply(#"{"models":[]}"#)]
      case "/api/chat":
        let isAgain = isAsked.withLock { asked in
          defer { asked = true }
          return asked
        }
        // The first answer has control characters as they are, and no end; the second one as JSON writes them.
        if isAgain {
          return [.reply(Self.lines([Self.said(start + #"Boxes \u001b[2Jcome."}]}"#, isDone: true)]))]
        }
        return Self.stream(([start] + words).map { Self.said($0) }, gate, [Self.said("", isDone: true)])
      default: return [.reply("404", status: 404)]
      }
    }
    home.environment["OLLAMA_HOST"] = server.url
    let terminal = try Terminal(of: home, "comment", "talk", "--kinds", "summary")
    #expect(terminal.shows("crates"))
    gate.open()
    #expect(try terminal.end() == 0, "\(terminal.shown)")
    #expect(!gate.wasTooLate)
    #expect(terminal.shown.contains("Boxes"))
    // The program's own sequence clears the line that moves.
    let foreign = terminal.shown.replacing("\u{1B}[2K", with: "").unicodeScalars.filter {
      $0.properties.generalCategory == .control && !["\r", "\n"].contains($0)
    }
    #expect(foreign.isEmpty, "\(terminal.shown.debugDescription)")
  }

  @Test func pull_hasABarThatGrows() throws {
    var home = try Installation()
    let gate = Gate()
    let part = { @Sendable (completed: Int) -> [String: Any] in
      ["status": "pulling a", "digest": "a", "total": 1000, "completed": completed]
    }
    let server = try ReplayServer { request in
      switch request.path {
      case "/api/tags": [.reply(Self.models)]
      case "/api/pull":
        Self.stream(
          [["status": "pulling manifest"], part(440)], gate,
          [part(1000), ["status": "success"]])
      default: [.reply("", status: 404)]
      }
    }
    home.environment["OLLAMA_HOST"] = server.url
    let terminal = try Terminal(of: home, "models", "pull", "big:latest")
    let bar = String(repeating: "█", count: 13) + String(repeating: "░", count: 17)
    #expect(terminal.shows("\r  \(bar) 44 %  440 bytes"))
    gate.open()
    #expect(try terminal.end() == 0, "\(terminal.shown)")
    #expect(!gate.wasTooLate)
    #expect(terminal.shown.contains("\r  \(String(repeating: "█", count: 30)) 100 %"))
  }
}
