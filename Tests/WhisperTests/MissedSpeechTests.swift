import CommentCore
import Testing

@testable import Whisper

/// Twenty seconds with a voice all the time, heard as one window.
@Suite struct MissedSpeechTests {
  private static let rate = AudioSamples.sampleRate
  private let window = AudioWindow(range: 0..<20 * rate, pieces: [0..<8 * rate, 9 * rate..<20 * rate])
  private let missed = MissedSpeech(
    activity: VoiceActivity(probabilities: [Float](repeating: 1, count: 20 * rate / VoiceActivityModel.frameLength)),
    endOfText: 100)

  /// A segment with so many tokens of text, and its two time stamps.
  private func segment(_ start: Double, _ end: Double, tokens: Int) -> Segment {
    Segment(id: 0, start: start, end: end, text: "", tokens: [101] + [Int](repeating: 1, count: tokens) + [102])
  }

  private func ranges(_ segments: [Segment], dropped: [DroppedSpan] = []) -> [Range<Double>] {
    missed.ranges(in: window, segments: segments, dropped: dropped).map {
      Double($0.lowerBound) / Double(Self.rate)..<Double($0.upperBound) / Double(Self.rate)
    }
  }

  @Test func missedSpeech_isNoneWhereTheTextIsAsLongAsTheSpeech() {
    #expect(ranges([segment(0, 8, tokens: 28), segment(9, 20, tokens: 38)]).isEmpty)
  }

  @Test func missedSpeech_isWhereFewWordsStandForMuchVoice() {
    #expect(ranges([segment(0, 8, tokens: 28), segment(9, 20, tokens: 12)]) == [9..<20])
  }

  @Test func missedSpeech_isWhereNoSegmentIs() {
    #expect(ranges([segment(0, 8, tokens: 28), segment(12, 20, tokens: 28)]) == [8..<12])
    #expect(ranges([segment(0, 8, tokens: 28), segment(9, 18, tokens: 30)]) == [18..<20])
    #expect(ranges([]) == [0..<20])
  }

  @Test func missedSpeech_isNotABreath() {
    #expect(ranges([segment(0, 8, tokens: 28), segment(10.4, 20, tokens: 34)]).isEmpty)
  }

  @Test func missedSpeech_joinsNeighbours() {
    #expect(ranges([segment(0, 8, tokens: 4), segment(8, 12, tokens: 2), segment(12, 20, tokens: 28)]) == [0..<12])
  }

  @Test func missedSpeech_leavesWhatWasMostLikelyInvented() {
    let text = [segment(0, 8, tokens: 28)]
    #expect(ranges(text, dropped: [DroppedSpan(start: 3, end: 5, reason: .noSpeech)]) == [8..<20])
    #expect(ranges(text, dropped: [DroppedSpan(start: 9, end: 20, reason: .doubtful)]).isEmpty)
    #expect(ranges(text, dropped: [DroppedSpan(start: 9, end: 20, reason: .repeated)]) == [8..<20])
  }

  @Test func unheard_isVoiceBetweenTheSegmentsThatNothingElseExplains() {
    func unheard(_ segments: [Segment], _ dropped: [DroppedSpan] = []) -> [DroppedSpan] {
      missed.unheard(in: window, segments: segments, dropped: dropped)
    }
    // Few words for much voice are no gap.
    #expect(unheard([segment(0, 8, tokens: 2), segment(9, 20, tokens: 2)]).isEmpty)
    #expect(unheard([segment(0, 8, tokens: 28), segment(10.4, 20, tokens: 34)]).isEmpty)
    let gap = [segment(0, 6, tokens: 28), segment(12, 20, tokens: 28)]
    #expect(unheard(gap) == [.init(start: 6, end: 8, reason: .unheard), .init(start: 9, end: 12, reason: .unheard)])
    #expect(
      unheard(gap, [DroppedSpan(start: 9, end: 10, reason: .doubtful)]) == [
        .init(start: 6, end: 8, reason: .unheard), .init(start: 10, end: 12, reason: .unheard),
      ])
    for reason in [DroppedSpan.Reason.repeated, .doubtful, .nonSpeechToken] {
      #expect(unheard(gap, [DroppedSpan(start: 6, end: 12, reason: reason)]).isEmpty)
    }
  }

  /// The model has written nothing, and nobody tells why.
  @Test func windowWithoutAnyText_isHeardAgain_andReported() {
    #expect(ranges([]) == [0..<20])
    #expect(
      missed.unheard(in: window, segments: [], dropped: [DroppedSpan(start: 8, end: 9, reason: .noSpeech)]) == [
        .init(start: 0, end: 8, reason: .unheard), .init(start: 9, end: 20, reason: .unheard),
      ])
    let short = AudioWindow(range: 0..<Self.rate, pieces: [0..<Self.rate])
    #expect(missed.unheard(in: short, segments: [], dropped: []) == [.init(start: 0, end: 1, reason: .unheard)])
  }

  @Test func missedSpeech_isHeardPhraseByPhrase() {
    let phrases = missed.phrases(of: 4 * Self.rate..<12 * Self.rate, in: window)
    #expect(phrases.map(\.pieces) == [[4 * Self.rate..<8 * Self.rate], [9 * Self.rate..<12 * Self.rate]])
    #expect(phrases.allSatisfy { $0.range == $0.pieces.first })
    // No rest of a word at the edge.
    #expect(missed.phrases(of: 8 * Self.rate - 3000..<12 * Self.rate, in: window).count == 1)
  }
}
