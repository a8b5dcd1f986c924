import CommentCore
import Foundation
import TestSupport
import Testing

/// Comments and answers on what is transcribed already, by the real binary; the language model is a stand-in that
/// speaks as Ollama does.
struct CommentCommandTests {
  private struct Line: Decodable {
    struct Comment: Decodable {
      struct Item: Decodable {
        var text: String
        var quote: String?
        var grounded: Bool?
      }
      var kind: String
      var method: String
      var model: String
      var coverage: Double
      var answers: Int
      var items: [Item]
      var unprovenCount: Int
      var unproven: [Item]?
    }
    var comments: [Comment]
  }

  private static func line(_ text: String) throws -> Line {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Line.self, from: Data(text.utf8))
  }

  /// A talk that is transcribed, with sentences of it for comments.
  private func talk() throws -> Installation {
    let home = try Installation()
    let audio = try Speech.make(
      "Good morning everybody. The boxes on Friday afternoon. We need more paper.", at: home.file("talk.wav"))
    let result = try home.run("process", "--llm", "none", "--language", "en", audio.path)
    try #require(result.status == 0, "\(result.error)")
    return home
  }

  /// Ollama with one model of 3 billion weights, which answers each question about a kind with these items as JSON.
  private func ollama(_ items: @escaping @Sendable (String) -> String) throws -> ReplayServer {
    try ReplayServer { request in
      switch request.path {
      case "/api/tags": return [.reply(#"{"models":[{"name":"big:latest","digest":"d1","size":1,"details":{}}]}"#)]
      case "/api/show":
        return [
          .reply(
            #"{"capabilities":["completion"],"model_info":{"general.architecture":"x","x.context_length":8192,"general.parameter_count":3e9}}"#
          )
        ]
      case "/api/ps": return [.reply(#"{"models":[]}"#)]
      case "/api/chat":
        let prompt = String(decoding: request.body, as: UTF8.self)
        let content = #"{"items":[\#(items(prompt))]}"#
        let message =
          [
            "message": ["role": "assistant", "content": content], "done": true, "done_reason": "stop",
            "prompt_eval_count": 321, "eval_count": 12,
          ] as [String: Any]
        return [.reply((try? JSONSerialization.data(withJSONObject: message)) ?? Data())]
      default: return [.reply("404", status: 404)]
      }
    }
  }

  @Test func comment_writesWhatIsMissing_andKeepsTheRest() throws {
    var home = try talk()
    let first = try home.run("comment", "talk", "--kinds", "quotes", "--llm", "none")
    #expect(
      first.status == 0 && first.out.contains("Quotes (from the recording, without a language model)"), "\(first.error)"
    )
    #expect(first.out.contains("Friday"))
    let server = try ollama { _ in
      #"{"quote":"on Friday afternoon","segments":[0,1],"text":"Boxes come on Friday."},{"quote":"by air mail only","segments":[0],"text":"They come by air."}"#
    }
    home.environment["OLLAMA_HOST"] = server.url
    let result = try home.run("comment", "talk", "--kinds", "key-points", "--json")
    #expect(result.status == 0, "\(result.error)")
    let comment = try #require(Self.line(result.out).comments.first)
    #expect(comment.items.map(\.text) == ["Boxes come on Friday."] && comment.items[0].grounded == true)
    #expect((comment.method, comment.model, comment.coverage, comment.unprovenCount) == ("model", "big:latest", 1, 1))
    #expect(comment.unproven == nil && comment.answers == 2)
    // A name that is nobody's here was meant for Ollama.
    let missing = try home.run("comment", "talk", "--kinds", "questions", "--llm-model", "gemma:9b")
    #expect(missing.status == 66 && missing.error.contains("ollama pull gemma:9b"), "\(missing.error)")
    #expect(!missing.error.contains("embedded"))
    // Nothing is asked for what is there.
    let asked = server.requests.count
    let shown = try home.run("comment", "talk", "--kinds", "key-points,quotes", "--keep-unproven", "--llm", "ollama")
    #expect(shown.out.contains("Boxes come on Friday.  [00:0") && shown.out.contains("? not proven: They come by air."))
    let questions = server.requests.dropFirst(asked).filter { $0.path == "/api/chat" }
    #expect(!questions.isEmpty)
    #expect(questions.allSatisfy { String(decoding: $0.body, as: UTF8.self).contains("memorable sentences") })
    // But when it is asked for.
    let forced = try home.run("comment", "talk", "--kinds", "key-points", "--force")
    #expect(forced.status == 0 && server.requests.dropFirst(asked).count { $0.path == "/api/chat" } > questions.count)
    // By a file that is no model of Ollama's.
    let weights = home.file("data/models/llm")
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: weights.path).first { $0.hasSuffix("gguf") })
    let other = try home.run(
      "comment", "talk", "--kinds", "title-and-tags", "--llm-model", weights.appending(path: name).path, "--json")
    #expect(try Self.line(other.out).comments.first.map { $0.coverage == 1 } == true, "\(other.error)")
    #expect(!other.error.contains("big:latest") && other.status == 0)
    let page = try String(
      contentsOf: home.file("data/transcripts").appending(
        path: try #require(home.results.first { $0.hasSuffix("comments.md") })),
      encoding: .utf8)
    #expect(page.contains("Boxes come on Friday.") && !page.contains("air") && page.contains("talk.wav#t="))
    #expect(try home.run("show", "talk").out.contains("Boxes come on Friday."))
  }

  @Test func comment_languageAndWishes_reachTheModel_andMakeAnotherComment() throws {
    var home = try talk()
    let server = try ollama { _ in #"{"quote":"on Friday afternoon","segments":[0,1],"text":"Cajas."}"# }
    home.environment["OLLAMA_HOST"] = server.url
    let options = ["comment", "talk", "--kinds", "summary", "--comment-language", "es", "--instructions", "Be brief."]
    #expect(try home.run(options).status == 0)
    let prompts = server.requests.filter { $0.path == "/api/chat" }.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(prompts.count == 1 && prompts[0].contains("Write in Spanish") && prompts[0].contains("Be brief."))
    _ = try home.run(options)
    _ = try home.run("comment", "talk", "--kinds", "summary")
    #expect(server.requests.count { $0.path == "/api/chat" } == 2)
    #expect(try home.run("comment", "talk", "--comment-language", "klingonese").status == 64)
    #expect(try home.run("comment", "nothing").status == 66)
  }

  @Test func comment_whenTheModelFails_keepsTheOldOnes() throws {
    var home = try talk()
    let server = try ollama { _ in "no JSON at all" }
    home.environment["OLLAMA_HOST"] = server.url
    let result = try home.run("comment", "talk", "--kinds", "summary")
    #expect(result.status == 70 && result.error.contains("big:latest"))
    #expect(result.out.contains("Summary (from the recording, without a language model)"))
    #expect(try home.run("show", "talk").out.contains("Friday"))
  }

  @Test func ask_answersWithPlaces() throws {
    var home = try talk()
    let plain = try home.run("ask", "talk", "When do the boxes come, on Friday?", "--llm", "none")
    #expect(plain.status == 0 && plain.out.contains("Friday") && plain.out.contains("[00:0"), "\(plain.error)")
    let server = try ollama { _ in
      #"{"quote":"on Friday afternoon","segments":[0,1],"text":"On Friday."}"#
    }
    home.environment["OLLAMA_HOST"] = server.url
    let one = try home.run("ask", "talk", "When do the boxes come, on Friday?")
    #expect(one.out.contains("• On Friday.  [00:0") && one.out.contains("“on Friday afternoon”"), "\(one.error)")
    let all = try home.run("ask", "--all", "When do the boxes come, on Friday?")
    #expect(all.out.contains("[talk 00:0"), "\(all.out)\(all.error)")
    #expect(try home.run("ask", "--all", "xylophone").status == 66)
    #expect(try home.run("ask", "talk").status == 64)
    #expect(try home.run("ask", "talk", "?!").status == 64)
  }

  @Test func prompts_areMadeCheckedAndUsed() throws {
    let home = try talk()
    #expect(try home.run("prompts").out.contains("title-and-tags"))
    #expect(try home.run("prompts", "new", "standup").status == 0)
    #expect(try home.run("prompts", "new", "standup").status == 64)
    #expect(try home.run("prompts", "check").status == 0)
    #expect(try home.run("prompts", "show", "standup").out.hasPrefix("---\nname: standup\n"))
    let result = try home.run("comment", "talk", "--kinds", "standup", "--llm", "none")
    #expect(result.out.contains("Standup (from the recording, without a language model"), "\(result.error)")
    let file = home.file("data/prompts/standup.md")
    try "---\nname: standup\ntitle: X\nlayout: round\n---\nText.".write(to: file, atomically: true, encoding: .utf8)
    let broken = try home.run("comment", "talk", "--kinds", "standup", "--llm", "none")
    #expect(broken.status == 78 && broken.error.contains("standup.md:"), "\(broken.error)")
    #expect(try home.run("prompts", "check").status == 1)
    #expect(try home.run("prompts").out.contains("✗ standup"))
    // The others still serve, and there is always "none".
    #expect(try home.run("comment", "talk", "--kinds", "summary", "--llm", "none").status == 0)
    #expect(try home.run("comment", "talk", "--kinds", "sumary").status == 64)
    #expect(try home.run("comment", "talk", "--kinds", "none").status == 0)
  }

  @Test func chatServer_writesToo() throws {
    var home = try talk()
    let event = { @Sendable (content: String) in
      let object: [String: Any] = ["choices": [["delta": ["content": content], "finish_reason": "stop"]]]
      return "data: " + String(decoding: (try? JSONSerialization.data(withJSONObject: object)) ?? Data(), as: UTF8.self)
    }
    let json = #"{"items":[{"quote":"on Friday afternoon","segments":[0,1],"text":"On Friday."}]}"#
    let server = try ReplayServer { request in
      switch request.path {
      case "/v1/models": [.reply(#"{"data":[{"id":"local"}]}"#)]
      case "/v1/chat/completions":
        [
          .reply(
            event(json) + "\n\ndata: {\"usage\":{\"prompt_tokens\":300,\"completion_tokens\":20}}\n\ndata: [DONE]\n\n")
        ]
      default: [.reply("", status: 404)]
      }
    }
    home.environment["LLM_URL"] = server.url
    let result = try home.run("comment", "talk", "--kinds", "summary")
    #expect(result.out.contains("On Friday.") && result.out.contains("by local (openai)"), "\(result.error)")
    home.environment["LLM_URL"] = nil
    #expect(try home.run("comment", "talk", "--llm", "openai", "--kinds", "quotes").status == 78)
  }

  @Test func models_ofOllama_areListedAndPulled() throws {
    var home = try Installation()
    let server = try ReplayServer { request in
      switch request.path {
      // A proxy is asked with the whole address.
      case "/api/tags", "http://ollama.invalid:11434/api/tags":
        [.reply(#"{"models":[{"name":"qwen3:4b","digest":"d1","size":2500000000,"details":{}}]}"#)]
      case "/api/pull":
        [
          .reply(
            #"{"status":"pulling manifest"}"# + "\n" + #"{"status":"pulling a","digest":"a","total":9,"completed":9}"#
              + "\n" + #"{"status":"success"}"# + "\n")
        ]
      default: [.reply("", status: 404)]
      }
    }
    home.environment["OLLAMA_HOST"] = server.url
    #expect(try home.run("models", "list").out.contains("✓ qwen3:4b"))
    let pulled = try home.run("models", "pull", "qwen3:4b")
    #expect(pulled.status == 0 && pulled.out.contains("✓ qwen3:4b: in Ollama at \(server.url)"), "\(pulled.error)")
    let told = pulled.error.split(separator: "\n")
    #expect(told == ["qwen3:4b: pulling manifest", "qwen3:4b: 9 bytes from \(server.url)"])
    // Through a proxy, which this machine's own servers are not asked by.
    home.environment["http_proxy"] = server.url
    home.environment["OLLAMA_HOST"] = "http://ollama.invalid:11434"
    #expect(try home.run("models", "list").out.contains("✓ qwen3:4b"))
    home.environment["http_proxy"] = try ReplayServer.refusingURL()
    home.environment["OLLAMA_HOST"] = server.url
    #expect(try home.run("models", "list").out.contains("✓ qwen3:4b"))
    home.environment["http_proxy"] = nil
    home.environment["OLLAMA_HOST"] = try ReplayServer.refusingURL()
    #expect(try home.run("models", "pull", "qwen3:4b").status == 69)
    #expect(try home.run("models", "list").status == 0)
  }
}
