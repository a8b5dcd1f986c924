import CommentCore
import Testing

@testable import Whisper

/// Twenty seconds, heard as one window, with a voice in the first ten.
@Suite struct SegmentBuilderTests {
  private static let rate = AudioSamples.sampleRate
  private let window = AudioWindow(range: 0..<20 * rate, pieces: [0..<20 * rate])

  private func build(
    _ chunks: [HeardChunk], options: TranscriptionOptions = TranscriptionOptions()
  ) -> (segments: [Segment], dropped: [DroppedSpan]) {
    let frames = 10 * Self.rate / VoiceActivityModel.frameLength
    let probabilities = [Float](repeating: 1, count: frames) + [Float](repeating: 0.4, count: frames)
    return SegmentBuilder(
      window: window, ranges: HeardRanges(options: options, count: 20 * Self.rate),
      activity: VoiceActivity(probabilities: probabilities), options: options, language: "en"
    ).build(chunks)
  }

  private func chunk(
    _ texts: [String], from start: Int = 0, noSpeech: Double = 0, logprob: Double = -0.2, first: Double? = nil
  ) -> HeardChunk {
    let segments = texts.enumerated().map { index, text in
      HeardChunk.Segment(
        start: start + index * 200, end: start + index * 200 + 200, text: text, tokens: [1], avgLogprob: logprob,
        timed: [])
    }
    return HeardChunk(
      segments: segments, noSpeechProb: noSpeech, text: texts.joined(), temperature: 0, avgLogprob: logprob,
      firstLogprob: first)
  }

  @Test func gate_needsNoSpeechAndDoubt() {
    #expect(build([chunk([" Hello."], noSpeech: 0.9)]).segments.count == 1)
    #expect(build([chunk([" Hello."], logprob: -1.2)]).segments.count == 1, "there is a strong voice")
    let (segments, dropped) = build([chunk([" Thank you."], noSpeech: 0.7, logprob: -1.1)])
    #expect(segments.isEmpty)
    #expect(dropped == [DroppedSpan(start: 0, end: 2, reason: .doubtful, text: " Thank you.")])
    // Just on this side of both thresholds.
    #expect(build([chunk([" Hello."], noSpeech: 0.6, logprob: -1)]).segments.count == 1)
  }

  @Test func gate_asksForAStrongVoice_whereTheModelIsNotSure() {
    let weak = chunk([" Thank you."], from: 1200, logprob: -1.1)
    #expect(build([weak]).dropped.map(\.reason) == [.doubtful])
    #expect(build([chunk([" Thank you."], from: 1200, logprob: -0.9)]).segments.count == 1)
  }

  /// Later attempts, at temperatures, only look surer.
  @Test func gate_goesByTheFirstAttempt() {
    #expect(build([chunk([" Thank you."], noSpeech: 0.7, logprob: -0.3, first: -1.1)]).segments.isEmpty)
  }

  @Test func loop_keepsTwoRounds() {
    let line = " I am going to the shop."
    let loop = chunk(Array(repeating: line, count: 9))
    #expect(loop.loops(TranscriptionOptions()))
    let (segments, dropped) = build([loop])
    #expect(segments.map(\.text) == [line, line])
    #expect(dropped.count == 7 && dropped.allSatisfy { $0.reason == .repeated && $0.text == line })
    // Three times is no loop: people say things three times.
    #expect(build([chunk(Array(repeating: line, count: 3))]).segments.count == 3)
  }

  @Test func loop_withinASegment_isDropped() {
    let text = String(repeating: " again and", count: 30)
    #expect(build([chunk([" First.", text])]).dropped.map(\.reason) == [.repeated])
  }

  @Test func text_thatNobodyCouldSayInTime_isDropped() {
    let long = " This is a sentence that takes a good deal longer than that."
    #expect(build([chunk([long], from: 1900, logprob: -0.5)]).dropped.map(\.reason) == [.doubtful])
    #expect(build([chunk([" Yes."], from: 1900, logprob: -0.5)]).segments.count == 1)
  }

  @Test func fallback_isForLoopsAndForDoubtWithSpeech() {
    let options = TranscriptionOptions()
    #expect(chunk([" Hello."], logprob: -1.1).needsFallback(options))
    #expect(!chunk([" Hello."], logprob: -0.9).needsFallback(options))
    #expect(!chunk([" Hello."], noSpeech: 0.7, logprob: -1.1).needsFallback(options), "it is silence")
    #expect(chunk(Array(repeating: " no no no", count: 10)).needsFallback(options))
    #expect(!chunk([]).needsFallback(options))
  }

  @Test func echo_fromWindowToWindow_isDroppedWhenTheModelIsNotSure() {
    func window(_ text: String, logprob: Double) -> TranscriptionWindow {
      TranscriptionWindow(
        start: 0, end: 20, language: "en", languageProbability: nil,
        segments: [Segment(id: 0, start: 1, end: 2, text: text, avgLogprob: logprob)], dropped: [])
    }
    let echo = window(" Thanks for watching.", logprob: -0.8)
    let dropped = echo.withoutEcho(of: [echo, echo])
    #expect(dropped.segments.isEmpty)
    #expect(dropped.dropped == [DroppedSpan(start: 1, end: 2, reason: .repeated, text: " Thanks for watching.")])
    #expect(echo.withoutEcho(of: [echo, dropped]).segments.isEmpty)
    #expect(echo.withoutEcho(of: [echo]) == echo)
    #expect(echo.withoutEcho(of: [window(" Hi.", logprob: -0.8), echo]) == echo)
    let sure = window(" Please hold the line.", logprob: -0.3)
    #expect(sure.withoutEcho(of: [sure, sure]) == sure)
  }

  @Test func times_areInOrderAndNoneIsEmpty() {
    func words(_ times: [(Double, Double)], in bounds: ClosedRange<Double>) -> [[Double]] {
      times.map { Word(word: "a", start: $0, end: $1, probability: 1) }.inOrder(within: bounds, shortest: 0.02)
        .map { [($0.start * 1000).rounded() / 1000, ($0.end * 1000).rounded() / 1000] }
    }
    #expect(words([(1, 2), (2, 3)], in: 0...5) == [[1, 2], [2, 3]])
    #expect(words([(1, 1), (1, 1), (1, 2)], in: 0...5) == [[1, 1.02], [1.02, 1.04], [1.04, 2]])
    #expect(words([(5, 5), (5, 5)], in: 0...5) == [[4.96, 4.98], [4.98, 5]])
    #expect(words([(9, -1), (0, 7)], in: 0...5) == [[4.96, 4.98], [4.98, 5]])
    #expect(words([(0, 0), (0, 0)], in: 0...0.01) == [[0, 0.005], [0.005, 0.01]])
    #expect(words([], in: 0...1).isEmpty)
  }
}
