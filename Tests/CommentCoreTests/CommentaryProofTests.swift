import Foundation
import GRDB
import TestSupport
import Testing

@testable import CommentCore

@Suite struct CommentaryProofTests {
  private static let talk = [
    "The canal was opened in 1794.", "It cost forty thousand pounds, which was a lot.", "Boats carried coal.",
    "Nobody knows who paid for it.",
  ]

  private static func answer(_ items: [(quote: String, segments: [Int], text: String)]) -> ScriptedModel.Answer {
    let parts = items.map { #"{"quote":"\#($0.quote)","segments":\#($0.segments),"text":"\#($0.text)"}"# }
    return .text(#"{"items":[\#(parts.joined(separator: ","))]}"#)
  }

  /// What becomes of one item when the model does not mend it.
  private func check(
    _ quote: String, _ segments: [Int], kind: CommentKind = .keyPoints, text: String = "A point."
  ) async throws -> CommentCore.Comment {
    let answer = Self.answer([(quote, segments, text)])
    return try await Commentator(model: ScriptedModel(answer, answer)).comment(on: .said(Self.talk), kind: kind)
  }

  @Test(arguments: [
    "canal was opened in 1794", "THE CANAL WAS OPENED", "the canal, was: opened!", "…canal was opened…",
    "The canal was opened in 1794. It cost forty",
  ])
  func quote_thatWasSaid_proves(quote: String) async throws {
    let comment = try await check(quote, [0])
    let item = try #require(comment.items.first)
    #expect(item.grounded == true && item.citations.first?.segment == 0 && item.quote == quote)
  }

  /// A model that copies a whole line is cut by the limit of quotes, most often within a word.
  @Test func quote_cutByItsLimit_stillProves() async throws {
    let long = (0..<60).map { "word\($0)" }.joined(separator: " ")
    let cut = String(long.prefix(CommentaryPrompt.longestQuote))
    #expect(!cut.hasSuffix(" ") && long.dropFirst(cut.count).first != " ")
    let answer = Self.answer([(cut, [0], "A point.")])
    let comment = try await Commentator(model: ScriptedModel(answer)).comment(on: .said([long]), kind: .keyPoints)
    #expect(comment.items.map(\.grounded) == [true] && comment.items[0].quote.map(long.hasPrefix) == true)
  }

  @Test(arguments: [
    "", "canal", "The canal was closed in 1794.", "opened in 1794. Boats carried coal", "the canal was",
    "Who paid for it?", "Nobody knows … paid for it", "It cost forty … a lot.",
  ])
  func quote_thatWasNotSaidThere_provesNothing(quote: String) async throws {
    let comment = try await check(quote, [2])
    #expect(comment.unproven.map(\.text) == ["A point."] && comment.unproven[0].grounded == false)
    // Nothing that is not proven is shown: sentences of the recording stand in.
    #expect(comment.method == .extractive && comment.items.allSatisfy { $0.quote == $0.text })
  }

  @Test func quote_longEnough_movesTheCitation() async throws {
    let comment = try await check("cost forty thousand pounds, which", [3])
    #expect(comment.items.map { $0.citations.map(\.segment) } == [[1]])
    // The segments that it stands in are cited besides those that the model names.
    let over = try await check("which was a lot. Boats carried coal", [0, 2])
    #expect(over.items.map { $0.citations.map(\.segment) } == [[0, 1, 2]])
  }

  @Test func unproven_isAskedForOnceMore_andReplaced() async throws {
    let model = ScriptedModel(
      Self.answer([("The canal was opened", [0], "It opened."), ("it was expensive", [1], "It was dear.")]),
      Self.answer([("cost forty thousand pounds", [1], "It was dear, at 40,000 pounds.")]))
    let events = EventLog()
    let comment = try await Commentator(model: model).comment(
      on: .said(Self.talk), kind: .keyPoints, onEvent: events.add)
    #expect(comment.items.map(\.text) == ["It opened.", "It was dear, at 40,000 pounds."])
    #expect(comment.unproven.isEmpty)
    let requests = model.log.all
    #expect(requests.count == 2 && requests[1].user.hasPrefix(requests[0].user))
    #expect(requests[1].user.contains("- It was dear.\n") && !requests[1].user.contains("- It opened."))
    #expect(events.all.contains { if case .repairing("key-points", _) = $0 { true } else { false } })
  }

  @Test(arguments: ["no JSON", #"{"items":[]}"#])
  func unproven_thatIsNotMended_isCountedAndNotShown(second: String) async throws {
    let model = ScriptedModel(
      Self.answer([("The canal was opened", [0], "It opened."), ("made up", [1], "It was dear.")]), .text(second),
      .text(second))
    let comment = try await Commentator(model: model).comment(on: .said(Self.talk), kind: .keyPoints)
    #expect(comment.items.map(\.text) == ["It opened."] && comment.unproven.map(\.text) == ["It was dear."])
    let page = CommentsMarkdown(recording: .make(), comments: [comment], note: nil).text
    #expect(!page.contains("dear") && page.contains("1 left out because its quote was not said"))
  }

  @Test(arguments: [CommentBotError.Code.serverError, .refused, .contextExceeded])
  func unproven_whoseRepairFails_takesNothingBack(code: CommentBotError.Code) async throws {
    let failure = ScriptedModel.Answer.failure(CommentBotError(code, "ask", "a server", cause: "of a test"))
    let model = ScriptedModel(
      Self.answer([("The canal was opened", [0], "It opened."), ("made up", [1], "It was dear.")]), failure, failure)
    let comment = try await Commentator(model: model).comment(on: .said(Self.talk), kind: .keyPoints)
    #expect(comment.items.map(\.text) == ["It opened."] && comment.unproven.map(\.text) == ["It was dear."])
  }

  @Test func repair_thatMendsSomethingElse_leavesTheItemOpen() async throws {
    let model = ScriptedModel(
      Self.answer([("made up", [1], "It was dear."), ("Boats carried coal", [2], "Coal was carried.")]),
      Self.answer([("Nobody knows who paid", [3], "The buyer is unknown.")]))
    let comment = try await Commentator(model: model).comment(on: .said(Self.talk), kind: .keyPoints)
    #expect(comment.items.map(\.text) == ["Coal was carried.", "The buyer is unknown."])
    #expect(comment.unproven.map(\.text) == ["It was dear."])
  }

  @Test func repair_duringWhichTheModelDies_failsTheKind() async throws {
    let gone = CommentBotError(.unreachable, "reach", "Ollama", cause: "gone")
    let model = ScriptedModel(Self.answer([("made up", [1], "It was dear.")]), .failure(gone))
    await #expect(throws: gone) {
      try await Commentator(model: model).comment(on: .said(Self.talk), kind: .keyPoints)
    }
  }

  @Test func cutStream_isAskedForOnceMore() async throws {
    let cut = CommentBotError(.badReply, "read", "/api/chat", cause: "the server ended it")
    let model = ScriptedModel(.failure(cut), Self.answer([("Boats carried coal", [2], "Coal.")]))
    let comment = try await Commentator(model: model).comment(on: .said(Self.talk), kind: .keyPoints)
    #expect(comment.items.map(\.text) == ["Coal."] && comment.unusableAnswers == 1 && comment.answers == 2)
  }

  /// A server whose model has died loads it again.
  @Test func failedServer_isAskedOnceMore_andCostsOneKindOnly() async throws {
    let dead = CommentBotError(.serverError, "ask", "/api/chat", cause: "the runner has died")
    let coal = Self.answer([("Boats carried coal", [2], "Coal.")])
    let again = try await Commentator(model: ScriptedModel(.failure(dead), coal))
      .comment(on: .said(Self.talk), kind: .keyPoints)
    #expect(again.items.map(\.text) == ["Coal."])
    var kinds: [String] = []
    let code = await errorCode {
      try await Commentator(model: ScriptedModel(.failure(dead), .failure(dead), coal))
        .comment(on: .said(Self.talk), kinds: [.summary, .keyPoints]) { kinds.append($0.kind) }
    }
    #expect(code == .serverError && kinds == ["key-points"])
  }

  @Test(arguments: [("開通した", false), ("年に開通した", false), ("運河は1794年に開通した", true)])
  func quote_inAScriptWithoutSpaces_provesByItsLength(quote: String, proves: Bool) async throws {
    let answer = Self.answer([(quote, [0], "運河について。")])
    let talk = ["運河は1794年に開通した。", "費用は四万ポンドだった。"]
    let comment = try await Commentator(model: ScriptedModel(answer, answer))
      .comment(on: .said(talk, language: "ja"), kind: .keyPoints)
    #expect((comment.method == .model) == proves)
  }

  @Test func segmentsThatDidNotFollowEachOther_makeNoSentence() async throws {
    let passages = [(3, "We sold the"), (9, "elephants in Rome.")].map { id, text in
      Passage(
        recording: "ab", name: "talk", segment: Segment(id: id, start: Double(id), end: Double(id) + 1, text: text))
    }
    let model = ScriptedModel { _, _ in Self.answer([("sold the elephants in Rome", [0, 2], "They sold elephants.")]) }
    let answer = try await Questioner(model: model).answer("What was sold?", from: passages, language: "en")
    #expect(answer.method == .extractive && answer.unproven.count == 1)
    let plain = try await Questioner(model: nil).answer("What was sold in Rome?", from: passages, language: "en")
    #expect(plain.items.allSatisfy { !$0.item.text.contains("the elephants") })
    #expect(plain.items.map(\.sources).allSatisfy { $0.count == 1 })
  }

  @Test func verbatimKind_takesNothingButWhatWasSaid() async throws {
    let quotes = CommentKind.shipped("quotes")
    let said = try await check("Boats carried coal", [2], kind: quotes, text: "nobody knows who paid for it")
    #expect(said.items.map(\.text) == ["nobody knows who paid for it"])
    #expect(said.items.map { $0.citations.map(\.segment) } == [[3]])
    let changed = try await check("Boats carried coal", [2], kind: quotes, text: "Everybody knows who paid for it.")
    #expect(changed.method == .extractive && changed.unproven.count == 1)
  }

  @Test func verbatimKind_keepsItsOtherFields() async throws {
    var quotes = CommentKind.shipped("quotes")
    quotes.fields.append(CommentField(name: "who", meaning: .words("the speaker")))
    let answer = #"{"items":[{"quote":"","segments":[2],"text":"Boats carried coal.","who":"Anna","path":"x"}]}"#
    var model = ScriptedModel { _, _ in .text(answer) }
    let comment = try await Commentator(model: model).comment(on: .said(Self.talk), kind: quotes)
    #expect(comment.items.map(\.text) == ["Boats carried coal."] && comment.items[0].details == ["who": "Anna"])
    // What a very small model writes there is invented.
    model.isWeak = true
    let weak = try await Commentator(model: model).comment(on: .said(Self.talk), kind: quotes)
    #expect(weak.items.map(\.text) == ["Boats carried coal."] && weak.items[0].details == nil)
  }

  @Test func details_areThoseOfTheKindOnly() async throws {
    let answer = #"""
      {"items":[{"quote":"Boats carried coal.","segments":[2],"text":"Coal","type":"tag","path":"/etc/passwd"},
      {"quote":"Boats carried coal.","segments":[2],"text":"Boats","type":"rm -rf"}]}
      """#
    let comment = try await Commentator(model: ScriptedModel(.text(answer))).comment(
      on: .said(Self.talk), kind: .shipped("title-and-tags"))
    #expect(comment.items.map(\.details) == [["type": "tag"], nil])
  }

  @Test func kindsOfOneWindow_followEachOther_soThatItIsReadOnce() async throws {
    let model = ScriptedModel { request, _ in
      request.isCombination
        ? .text(answerJSON([(request.lineNumbers, "All.")]))
        : .text(answerJSON([([request.lineNumbers[0]], "From \(request.lineNumbers[0]).")], quoting: request.lines))
    }
    let transcript = Transcript.said((0..<600).map { "Sentence number \($0) of a talk about canals and locks." })
    let kinds = CommentKinds(in: URL(filePath: "/nowhere"))
    let names = ["summary", "key-points", "chapters", "questions", "decisions"]
    var comments: [CommentCore.Comment] = []
    try await Commentator(model: model).comment(on: transcript, kinds: try names.map(kinds.kind)) {
      comments.append($0)
    }
    #expect(comments.map(\.kind) == names && comments.allSatisfy { $0.coverage == 1 })
    let windows = model.log.all.filter { !$0.isCombination }
    let texts = windows.map { $0.user.components(separatedBy: "</transcript>")[0] }
    // Each window five times, one after the other.
    let changes = zip(texts, texts.dropFirst()).count { $0 != $1 }
    #expect(windows.count > 10 && changes == windows.count / 5 - 1)
    #expect(Set(windows.map(\.system)).count == 1)
  }

  @Test func badReplyForOneKind_leavesTheOthers() async throws {
    let model = ScriptedModel { request, _ in
      request.user.contains("List the key points")
        ? .text("no") : .text(answerJSON([([0], "It opened.")], quoting: Self.talk))
    }
    var kinds: [String] = []
    let code = await errorCode {
      try await Commentator(model: model).comment(on: .said(Self.talk), kinds: [.keyPoints, .summary]) {
        kinds.append($0.kind)
      }
    }
    #expect(code == .badReply && kinds == ["summary"])
  }
}
