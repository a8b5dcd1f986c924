import Foundation
import TestSupport
import Testing

@testable import CommentCore

@Suite struct TokenLearnerTests {
  private static let model = EngineIdentity(engine: "ollama", model: "m", digest: "d")
  private static let text = String(repeating: "The council met on Tuesday. ", count: 100)

  @Test func learner_goesOn_whereAnEarlierRunStopped() async throws {
    let scratch = try Scratch()
    let library = try Library(at: scratch.url.appending(path: "library.sqlite"))
    let first = TokenLearner(Self.model, in: library)
    let guess = first.tokens(Self.text, in: "en")
    first.learn([Self.text], in: "en", counted: 600)
    #expect(first.tokens(Self.text, in: "en") < guess)
    #expect(first.tokens(Self.text, in: "fi") == guess && first.tokens(Self.text, in: nil) == guess)
    // A run that is stopped now parts its text as before.
    let restarted = TokenLearner(Self.model, in: library)
    await restarted.recall()
    #expect(restarted.tokens(Self.text, in: "en") == guess)
    await first.keep()

    let second = TokenLearner(Self.model, in: library)
    #expect(second.tokens(Self.text, in: "en") == guess)
    await second.recall()
    #expect(second.tokens(Self.text, in: "en") == first.tokens(Self.text, in: "en"))

    let other = TokenLearner(EngineIdentity(engine: "ollama", model: "m", digest: "other"), in: library)
    await other.recall()
    #expect(other.tokens(Self.text, in: "en") == guess)
  }
}
