import Synchronization
import Testing

@testable import CommentCore

@Suite struct CommentaryTests {
  private static let hello = "Hello to all of you."
  private let good = ScriptedModel.Answer.text(answerJSON([([0], "Someone greets.")], quoting: [hello]))

  @Test func comment_takesTimesFromTheSegmentsAndFiguresFromTheModel() async throws {
    let texts = [Self.hello, "I go home now.", "Goodbye to you all."]
    let model = ScriptedModel(.text(answerJSON([([2, 0, 2], "Both speak."), ([1], "One leaves.")], quoting: texts)))
    let transcript = Transcript.said(texts)
    let comment = try await Commentator(model: model).comment(on: transcript, kind: .summary)
    #expect(
      comment.items == [
        CommentItem(
          text: "Both speak.", quote: texts[2], grounded: true,
          citations: [Citation(segment: 0, start: 0, end: 5), Citation(segment: 2, start: 10, end: 15)]),
        CommentItem(
          text: "One leaves.", quote: texts[1], grounded: true, citations: [Citation(segment: 1, start: 5, end: 10)]),
      ])
    #expect((comment.kind, comment.model, comment.engine) == ("summary", "scripted", "embedded"))
    #expect(comment.coverage == 1)
    #expect(comment.promptTokens == model.log.all.first.map { ScriptedModel.tokens($0) })
    #expect(comment.outputTokens > 0)
    #expect(comment.promptDigest.count == 64)
    #expect(comment.key == Commentator.key(transcriptKey: "t1", kind: .summary, model: model.identity))
  }

  @Test func comment_seconds_areThoseOfTheGivenClock() async throws {
    let clock = ManualClock()
    let good = good
    let model = ScriptedModel { _, _ in
      clock.advance(by: .milliseconds(1500))
      return good
    }
    let comment = try await Commentator(model: model, clock: clock).comment(on: .said([Self.hello]), kind: .summary)
    #expect(comment.seconds == 1.5)
  }

  @Test(arguments: [[], ["", " \n\u{7} "]])
  func comment_onNothing_asksNoModel(texts: [String]) async throws {
    let model = ScriptedModel()
    let comment = try await Commentator(model: model).comment(on: .said(texts), kind: .summary)
    #expect(comment.items == [] && comment.coverage == 1 && comment.promptTokens == 0)
    #expect(model.log.all.isEmpty)
  }

  @Test func comment_inventedSegments_areDropped() async throws {
    let texts = [Self.hello, "b"]
    let answer = ScriptedModel.Answer.text(
      answerJSON([([0, 3, -1, 99], "True."), ([99], "Unproven.")], quoting: texts))
    let comment = try await Commentator(model: ScriptedModel(answer, answer)).comment(on: .said(texts), kind: .summary)
    #expect(comment.items.map { $0.citations.map(\.segment) } == [[0]])
    #expect(comment.unproven.map(\.text) == ["Unproven."])
  }

  @Test func comment_emptyAndRepeatedItems_areDropped() async throws {
    let items = [
      ([0], ""), ([0], " \\n"), ([0], "...."), ([1], "It rains."), ([2], "it  rains"), ([0], "It\\u001b[2J ends."),
    ]
    let texts = [Self.hello, "It rains again.", "The rain goes on."]
    let model = ScriptedModel(.text(answerJSON(items, quoting: texts)))
    let comment = try await Commentator(model: model).comment(on: .said(texts), kind: .keyPoints)
    #expect(comment.items.map(\.text) == ["It [2J ends.", "It rains."])
    #expect(comment.items.last?.citations.map(\.segment) == [1, 2])
  }

  @Test func comment_badJSON_isAskedForOnceMoreWithTheReason() async throws {
    let model = ScriptedModel(.text("I think that"), good)
    let events = EventLog()
    let comment = try await Commentator(model: model).comment(
      on: .said([Self.hello]), kind: .summary, onEvent: events.add)
    #expect(comment.items.map(\.text) == ["Someone greets."])
    let requests = model.log.all
    #expect(requests.count == 2)
    #expect(requests[1].user.hasPrefix(requests[0].user))
    #expect(requests[1].user.contains("it holds no JSON object"))
    #expect(comment.promptTokens == requests.reduce(0) { $0 + ScriptedModel.tokens($1) })
    #expect(events.all.contains(.repairing(kind: "summary", cause: "it holds no JSON object")))
  }

  @Test(arguments: [
    ScriptedModel.Answer.text("no"), .brokenOff(#"{"items":[]}"#), .text(#"{"items":[{"segm"#, isCut: true),
    .text(String(repeating: " ", count: 2 << 20)),
  ])
  func comment_unusableTwice_isABadReply(answer: ScriptedModel.Answer) async {
    let model = ScriptedModel(answer, answer)
    await #expect {
      try await Commentator(model: model).comment(on: .said(["a"]), kind: .summary)
    } throws: {
      ($0 as? CommentBotError)?.code == .badReply
    }
    #expect(model.log.all.count == 2)
  }

  @Test func comment_cutAnswer_givesItsWholeItems() async throws {
    let whole = answerJSON([([0], "One.")], quoting: [Self.hello]).dropLast(2)
    let cut = ScriptedModel.Answer.text(whole + #",{"segments":[1],"te"#, isCut: true)
    let comment = try await Commentator(model: ScriptedModel(cut, cut)).comment(
      on: .said([Self.hello, "b"]), kind: .summary)
    #expect(comment.items.map(\.text) == ["One."])
    // It is said, and a shorter answer was asked for first.
    #expect(comment.cutAnswers == 1 && comment.answers == 2)
    let mended = try await Commentator(model: ScriptedModel(cut, good)).comment(on: .said([Self.hello]), kind: .summary)
    #expect(mended.items.map(\.text) == ["Someone greets."] && mended.cutAnswers == 0)
  }

  @Test func comment_textCutByItsLimit_saysSo() async throws {
    let long = String(repeating: "word ", count: 60)
    let whole = "Good " + long.dropFirst(5).dropLast(1) + "."
    let model = ScriptedModel(.text(answerJSON([([0], long), ([0], whole)], quoting: [Self.hello])))
    let comment = try await Commentator(model: model).comment(on: .said([Self.hello]), kind: .summary)
    #expect(comment.items.map { $0.text.suffix(6) } == [" word…", " word."])
  }

  @Test func comment_modelFailure_isPassedOn() async {
    let down = CommentBotError(.unreachable, "reach", "Ollama", cause: "refused")
    let model = ScriptedModel(.failure(down))
    await #expect(throws: down) { try await Commentator(model: model).comment(on: .said(["a"]), kind: .summary) }
  }

  @Test func comment_cancelled_stops() async {
    let good = good
    let model = ScriptedModel { _, _ in
      withUnsafeCurrentTask { $0?.cancel() }
      return good
    }
    let task = Task { try await Commentator(model: model).comment(on: .said(["a"]), kind: .summary) }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func comment_events_tellWindowAndText() async throws {
    let model = ScriptedModel(good)
    let events = EventLog()
    _ = try await Commentator(model: model).comment(on: .said([Self.hello]), kind: .summary, onEvent: events.add)
    #expect(events.all.first == .reading(kind: "summary", done: 0, total: 1))
    let text = events.all.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
    #expect(text == answerJSON([([0], "Someone greets.")], quoting: [Self.hello]))
  }
}

/// Collects events.
final class EventLog: Sendable {
  private let events = Mutex<[CommentaryEvent]>([])
  var all: [CommentaryEvent] { events.withLock { $0 } }
  @Sendable func add(_ event: CommentaryEvent) { events.withLock { $0.append(event) } }
}

/// Time that passes only when it is told to.
final class ManualClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Self { Self(offset: offset + duration) }
    func duration(to other: Self) -> Duration { other.offset - offset }
    static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }
  }

  private let time = Mutex(Instant(offset: .zero))
  var now: Instant { time.withLock { $0 } }
  let minimumResolution = Duration.nanoseconds(1)
  func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    time.withLock { $0 = max($0, deadline) }
  }
}
