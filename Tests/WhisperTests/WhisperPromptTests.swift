import CommentCore
import Testing

@testable import Whisper

/// What the model reads before every window.
@Suite struct WhisperPromptTests {
  @Test func initialPrompt_hasTheTokensThatOpenAIWhisperGivesIt() throws {
    let model = try WhisperModel(url: SpeechModels().whisper, name: "base")
    func prompt(_ text: String, hotwords: String? = nil) throws -> [Int32] {
      var options = TranscriptionOptions()
      (options.initialPrompt, options.hotwords) = (text, hotwords)
      return try model.fixedPrompt(options)
    }
    let expected = model.tokens(of: " Siobhan")
    for text in ["Siobhan", " Siobhan", "Siobhan \n"] { #expect(try prompt(text) == expected) }
    #expect(expected != model.tokens(of: "Siobhan"))
    #expect(try prompt("Siobhan", hotwords: " Aoife") == expected + model.tokens(of: " Aoife"))
    let long = String(repeating: "Siobhan ", count: 300)
    #expect(try prompt(long).count == model.promptCapacity)
    #expect(throws: CommentBotError.self) { try prompt("", hotwords: long) }
  }
}
