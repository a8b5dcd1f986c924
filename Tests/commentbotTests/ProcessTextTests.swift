import Testing

@testable import CommentCore
@testable import commentbot

/// What a person sees of comments.
@Suite struct ProcessTextTests {
  private static func lines(_ item: CommentItem, layout: CommentLayout = .list) -> [String] {
    let text = text(of: item, layout: layout)
    return text.split(separator: "\n").drop { $0 != "Questions" }.dropFirst().prefix { $0.hasPrefix("  ") }.map(
      String.init)
  }

  private static func text(
    of item: CommentItem, layout: CommentLayout = .list, method: CommentCore.Comment.Method = .model,
    coverage: Double = 1
  ) -> String {
    let comment = Comment(
      key: "k", kind: "questions", title: "Questions", layout: layout, method: method, model: "m", engine: "ollama",
      promptDigest: "", coverage: coverage, promptTokens: 1, outputTokens: 1, seconds: 0, items: [item])
    let transcript = Transcript(
      key: "t", language: "en", languageProbability: nil, duration: 9, engine: "", model: "",
      options: TranscriptionOptions(), segments: [], dropped: [])
    let recording = Recording(
      sha256: String(repeating: "a", count: 64), name: "talk", path: "-", byteCount: 1,
      facts: AudioFacts(container: "wav", codec: "pcm", sampleRate: 16000, channels: 1, duration: 9))
    return ProcessText(recording: recording, folder: "/f", transcript: transcript, comments: [comment]).text
  }

  private static let place = [Citation(segment: 3, start: 61, end: 65)]

  @Test func partThatAModelHasRead_isToldOfItsOwnWordsOnly() {
    let item = CommentItem(text: "Who pays?", quote: "Who pays?", grounded: true, citations: Self.place)
    #expect(Self.text(of: item, coverage: 0.25).contains("Questions (from 25 % of the transcript)\n"))
    // Extraction has read all of it.
    let extract = Self.text(of: item, method: .extractive, coverage: 0.25)
    #expect(extract.contains("Questions (from the recording, without a language model)\n") && !extract.contains("%"))
  }

  @Test func statement_hasItsDetailsItsTimesAndTheWordsThatProveIt() {
    let item = CommentItem(
      text: "Anna sends it.", details: ["who": "Anna"], quote: "I will send it", grounded: true, citations: Self.place)
    #expect(Self.lines(item) == ["  • Anna sends it. (who: Anna)  [01:01]", "    “I will send it”"])
    #expect(Self.lines(item, layout: .timeline) == ["  • [01:01] Anna sends it. (who: Anna)"])
  }

  @Test func whatWasSaidWordForWord_keepsItsDetails() {
    let item = CommentItem(
      text: "Who pays?", details: ["answer": "We do."], quote: "Who pays?", grounded: true, citations: Self.place)
    #expect(Self.lines(item) == ["  • “Who pays?” (answer: We do.)  [01:01]"])
  }

  @Test func answer_doesNotSteerTheTerminal_andDoesNotContradictItself() {
    let item = CommentItem(text: "a\u{1B}[2Jb", quote: "c\u{7}", grounded: false, citations: Self.place)
    var answer = Answer(
      items: [], unproven: [.init(item: item, sources: [])], method: .extractive, model: "none", engine: "extraction",
      coverage: 1, passages: 3)
    let text = AnswerText(answer, isOfSeveral: false, showsUnproven: true).text
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    // Without a model only words were looked for.
    #expect(!text.contains("does not say"))
    #expect(
      text.hasSuffix(
        "chosen without a language model, from 3 segments; 1 statement of a model left out, whose quotes were not said."
      ))
    answer.method = .model
    #expect(AnswerText(answer, isOfSeveral: false, showsUnproven: true).text.hasPrefix("The transcript does not say."))
  }

  @Test func controlSequences_doNotReachTheTerminal() {
    let item = CommentItem(
      text: "a\u{1B}[2Jb", details: ["who": "\u{7}x\u{9B}31m"], quote: "c\u{1B}]0;t\u{7}", citations: Self.place)
    for line in Self.lines(item) {
      #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
  }
}
