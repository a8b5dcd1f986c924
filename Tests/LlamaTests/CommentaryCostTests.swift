import CommentCore
import Foundation
import Synchronization
import Testing

@testable import Llama

/// What several kinds of comments cost, with the real engine.
@Suite(.serialized) struct CommentaryCostTests {
  /// About 1,700 tokens: one window, as long as the small model gets.
  private static let talk = Transcript(
    key: "t", language: "en", languageProbability: nil, duration: 500, engine: "e", model: "m",
    options: TranscriptionOptions(),
    segments: (0..<95).map { index in
      let places = ["harbour", "market", "station", "library", "garden"]
      let text = "On day \(index) the council voted for a new bridge near the \(places[index % 5])."
      return Segment(id: index, start: Double(index) * 5, end: Double(index) * 5 + 5, text: text)
    }, dropped: [])

  /// Tokens of all prompts that the engine computed.
  private func computed(_ names: [String]) async throws -> (evaluated: Int, sent: Int) {
    let model = try await RealModel.load(contextLimit: 4096)
    let kinds = try names.map(CommentKinds(in: .init(filePath: "/nowhere")).kind)
    let comments = Mutex<[CommentCore.Comment]>([])
    try await Commentator(model: model).comment(on: Self.talk, kinds: kinds) { comment in
      comments.withLock { $0.append(comment) }
    }
    let all = comments.withLock(\.self)
    #expect(all.map(\.kind) == names && all.allSatisfy { $0.coverage == 1 })
    return (all.reduce(0) { $0 + ($1.evaluatedTokens ?? .max / 9) }, all.reduce(0) { $0 + $1.promptTokens })
  }

  @Test func fiveKinds_readTheTranscriptOnce() async throws {
    let one = try await computed(["summary"])
    let five = try await computed(["summary", "key-points", "chapters", "questions", "decisions"])
    #expect(one.evaluated > 1500)
    #expect(Double(five.evaluated) <= 1.3 * Double(one.evaluated), "\(five) and \(one)")
    // What a script sends that asks for one kind after the other without a cache.
    #expect(five.sent >= 3 * five.evaluated, "\(five)")
  }
}
