import Testing

@testable import CommentCore

@Suite struct CommentaryWeakModelTests {
  private static let meeting = [
    "Good morning everyone, thanks for joining the planning call.", "So.",
    "Maria found a bug in the login page yesterday.", "Our hosting bill rose by 30 percent last month.",
    "Tom will fix the login bug by Thursday.", "That is all, have a nice day.",
  ]

  private func comment(_ items: [(segments: [Int], text: String)], on texts: [String] = meeting) async throws -> (
    comment: CommentCore.Comment, events: [CommentaryEvent]
  ) {
    var model = ScriptedModel { _, _ in .text(answerJSON(items)) }
    model.isWeak = true
    let events = EventLog()
    let comment = try await Commentator(model: model).comment(
      on: .said(texts), kind: .keyPoints, onEvent: events.add)
    return (comment, events.all)
  }

  @Test func weakModel_inventions_areLeftOutAndCounted() async throws {
    let (comment, events) = try await comment([
      ([1], "our hosting bill rose by 30 percent last month. Tom will fix the login bug"),
      ([2], "How can I make my home more beautiful?"), ([3], "Our hosting bill rose by 40 percent last month."),
      ([4], "Tom will fix the login bug by Thursday. Thank you for your support."), ([5], "have a"),
    ])
    let item = try #require(comment.items.first)
    #expect(comment.items.count == 1 && item.text.hasPrefix("our hosting bill") && item.quote == item.text)
    // The segments are those where it was said, whatever the model cites.
    #expect(item.citations.map(\.segment) == [3, 4] && item.grounded == true)
    #expect(events.contains(.unproven(kind: "key-points", items: 4)))
    #expect(comment.unproven.count == 4 && comment.method == .model)
  }

  @Test func weakModel_onlyInventions_areReplacedByExtraction() async throws {
    let (comment, events) = try await comment([([1], "The answer is simple: use only one colour every day.")])
    #expect(!comment.items.isEmpty)
    for item in comment.items {
      let cited = try #require(item.citations.first)
      #expect(item.text == Self.meeting[cited.segment] && item.quote == item.text && item.grounded == true)
      #expect(item.citations == [Citation(segment: cited.segment, start: cited.start, end: cited.start + 5)])
    }
    #expect(!comment.items.contains { $0.text == "So." })
    #expect(events.contains(.extracted(kind: "key-points", items: comment.items.count)))
    #expect(comment.coverage == 1 && comment.method == .extractive)
  }

  @Test func weakModel_answersOfNoUse_areReplacedByExtraction() async throws {
    var model = ScriptedModel { _, _ in .text("I am a helpful assistant.") }
    model.isWeak = true
    let texts = (0..<900).map { "Chapter number\($0) tells about another event, called happening\($0) here." }
    let comment = try await Commentator(model: model).comment(on: .said(texts), kind: .summary)
    #expect(!comment.items.isEmpty && comment.items.allSatisfy { texts.contains($0.text) })
    // The model was given up at its first window: that it read is not said.
    #expect((comment.method, comment.coverage, comment.answers) == (.extractive, 0, 2))
  }

  @Test func weakModel_givenUpHalfWay_hasReadNoMoreThanThat() async throws {
    let texts = (0..<900).map { "Chapter number\($0) tells about another event, called happening\($0) here." }
    var model = ScriptedModel { request, index in
      let first = request.lineNumbers[0]
      return .text(index == 0 ? answerJSON([([first], texts[first])]) : "I am a helpful assistant.")
    }
    model.isWeak = true
    let comment = try await Commentator(model: model).comment(on: .said(texts), kind: .summary)
    #expect(comment.method == .extractive && comment.answers == 3)
    #expect(comment.coverage == Double(model.log.all[0].lineNumbers.count) / 900)
  }

  @Test func weakModel_longTranscript_isNotCombinedByTheModel() async throws {
    let texts = (0..<900).map { "Chapter number\($0) tells about another event, called happening\($0) here." }
    var model = ScriptedModel { request, _ in
      let first = request.lineNumbers[0]
      return .text(answerJSON([([first], texts[first])]))
    }
    model.isWeak = true
    let comment = try await Commentator(model: model).comment(on: .said(texts), kind: .summary)
    #expect(model.log.all.allSatisfy { !$0.isCombination })
    #expect(model.log.all.count > CommentKind.summary.maxItems)
    #expect(comment.items.count == CommentKind.summary.maxItems)
    #expect(comment.items.allSatisfy { item in item.citations.map { texts[$0.segment] } == [item.text] })
  }

  @Test func sentences_areWhole_whereverSegmentsEnd() {
    func sentences(_ texts: [String], speakers: [String?] = [], longest: Int = 300) -> [TranscriptSentence] {
      TranscriptSentence.all(
        of: texts.enumerated().map { index, text in
          Segment(
            id: index, start: 0, end: 1, text: text, speaker: speakers.indices.contains(index) ? speakers[index] : nil)
        }, longest: longest)
    }
    #expect(
      sentences([" It costs 6.00. This test", " goes on", " here. And", " ends"]) == [
        TranscriptSentence(text: "It costs 6.00.", segments: [0]),
        TranscriptSentence(text: "This test goes on here.", segments: [0, 1, 2]),
        TranscriptSentence(text: "And ends", segments: [2, 3]),
      ])
    #expect(sentences(["今日は。明日", "も。"]).map(\.text) == ["今日は。", "明日も。"])
    #expect(sentences([" Yes I", " No I"], speakers: ["A", "B"]).map(\.text) == ["Yes I", "No I"])
    #expect(sentences([" one two", " three four", " five"], longest: 4).map(\.segments) == [[0], [1], [2]])
    #expect(sentences(["", " "]).isEmpty)
  }

  @Test func mostCentral_prefersWhatTheWholeIsAbout() {
    let texts = [
      "The canal was built for trade between the towns.", "My cousin likes strawberry cake anyway.",
      "Boats on the canal carried coal between the towns.", "Perhaps somebody opened another window.",
    ]
    #expect(Extraction.mostCentral(of: texts, count: 2) == [0, 2])
    let repeated = Array(repeating: texts[0], count: 4) + [texts[1], texts[0]]
    #expect(Extraction.mostCentral(of: repeated, count: 3).map { repeated[$0] } == [texts[0], texts[1]])
    #expect(Extraction.mostCentral(of: texts, count: 9) == [0, 1, 2, 3])
    #expect(Extraction.mostCentral(of: ["Hi.", "", "Yes."], count: 5) == [0, 2])
    #expect(Extraction.mostCentral(of: [], count: 5) == [])
    // Short ones fill what room there is.
    let items = ["Why not?", "Really?", texts[0], "How?"].map { CommentItem.said($0, in: []) }
    #expect(Extraction.mostCentral(items, count: 3).map(\.text) == ["Why not?", "Really?", texts[0]])
  }
}
