import CommentCore
import Foundation
import TestSupport
import Testing

@testable import OllamaClient

/// Servers that say in words alone that a prompt is too long: the window is read in halves, and nothing fails.
@Suite struct ContextExceededTests {
  private static let texts = [
    "Anna opened the meeting in the morning.", "The canal was finished early this spring.",
    "Boats carried coal to the northern towns.", "Nobody knows who has paid for it.",
    "The bridge will need some new paint.", "Tom is looking after the garden now.",
    "Our visitors arrive by train on Friday.", "The museum wants to borrow two pictures.",
    "There is no more paper left anywhere.", "Prices of timber rose again last month.",
    "The choir sings at eight this evening.", "That is all there is to say.",
  ]
  private static let mostLines = 3

  /// The numbered lines of the last message.
  private static func lines(_ request: ReplayServer.Request) -> [Substring] {
    struct Body: Decodable {
      struct Message: Decodable { var content: String }
      var messages: [Message]
    }
    let body = try? JSONDecoder().decode(Body.self, from: request.body)
    return body?.messages.last?.content.split(separator: "\n").filter { $0.hasPrefix("[") } ?? []
  }

  /// The first line, word for word.
  private static func answer(_ lines: [Substring]) -> String {
    let number = lines.first?.dropFirst().prefix { $0 != "]" } ?? ""
    let text = lines.first?.drop { $0 != " " }.dropFirst() ?? ""
    return #"{"items":[{"quote":"\#(text)","segments":[\#(number)],"text":"\#(text)"}]}"#
  }

  private static func json(_ object: [String: Any]) -> String {
    String(decoding: (try? JSONSerialization.data(withJSONObject: object)) ?? Data(), as: UTF8.self)
  }

  private func comment(by model: any LanguageModel) async throws -> CommentCore.Comment {
    let segments = Self.texts.enumerated().map { index, text in
      Segment(id: index, start: Double(index) * 5, end: Double(index) * 5 + 5, text: text)
    }
    let transcript = Transcript(
      key: "t1", language: "en", languageProbability: nil, duration: 60, engine: "libwhisper", model: "base",
      options: TranscriptionOptions(), segments: segments, dropped: [])
    var comments: [CommentCore.Comment] = []
    let kind = try CommentKinds(in: URL(filePath: "/nowhere")).kind(named: "key-points")
    try await Commentator(model: model).comment(on: transcript, kinds: [kind]) { comments.append($0) }
    return try #require(comments.first)
  }

  private func expectQuarters(_ comment: CommentCore.Comment) {
    #expect(comment.method == .model && comment.coverage == 1)
    #expect(comment.items.map { $0.citations.map(\.segment) } == [[0], [3], [6], [9]])
  }

  private static let words = "the input length exceeds the context length"

  @Test(arguments: [
    ReplayServer.Step.reply(#"{"error":"\#(words)"}"#, status: 400),
    .reply(#"{"error":"\#(words)","status":400}"# + "\n"),
  ])
  func ollama_isAskedForHalves(refusal: ReplayServer.Step) async throws {
    let usual = try [
      "/api/tags": recording("tags_one"), "/api/show": recording("show"), "/api/ps": recording("ps_empty"),
    ]
    let server = try ReplayServer { request in
      if let data = usual[request.path] { return [.send(data)] }
      let lines = Self.lines(request)
      if lines.count > Self.mostLines { return [refusal] }
      let message: [String: Any] = [
        "message": ["role": "assistant", "content": Self.answer(lines)], "done": true, "done_reason": "stop",
        "prompt_eval_count": 300, "eval_count": 12,
      ]
      return [.reply(Self.json(message) + "\n")]
    }
    expectQuarters(try await comment(by: OllamaModel(on: OllamaClient(server))))
  }

  private static let lmStudio =
    "Trying to keep the first 4133 tokens when context the overflows. However, the model is loaded with context length "
    + "of only 4096 tokens, which is not enough."

  @Test(arguments: [
    ReplayServer.Step.reply(#"{"error":"\#(lmStudio)"}"#, status: 400),
    .reply(#"{"error":{"message":"\#(words)","type":"invalid_request_error"}}"#, status: 400),
    .reply("data: {\"error\":\"\(lmStudio)\"}\n\n"),
    .reply("data: {\"error\":{\"message\":\"greater than the context length\"}}\n\n"),
  ])
  func chatService_isAskedForHalves(refusal: ReplayServer.Step) async throws {
    let server = try ReplayServer { request in
      switch request.path {
      case "/v1/models": return [.reply(#"{"data":[{"id":"a","max_model_len":8192}]}"#)]
      case "/v1/chat/completions":
        let lines = Self.lines(request)
        if lines.count > Self.mostLines { return [refusal] }
        let event: [String: Any] = [
          "choices": [["delta": ["content": Self.answer(lines)], "finish_reason": "stop"]]
        ]
        return [.reply("data: \(Self.json(event))\n\ndata: [DONE]\n\n")]
      default: return [.reply("", status: 404)]
      }
    }
    expectQuarters(try await comment(by: ChatServiceModel(on: ChatService(server.url))))
  }
}
