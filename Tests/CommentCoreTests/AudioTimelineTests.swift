import Foundation
import Testing

@testable import CommentCore

struct AudioTimelineTests {
  private func timeline(origin: Double? = 0, declared: Double? = nil, mayRestart: Bool = false) -> Timeline {
    Timeline(origin: origin, declaredDuration: declared, mayRestart: mayRestart)
  }

  @Test func firstFrame_laterThanTheFile_isFilledExactly() {
    var late = timeline(origin: 1.4)
    #expect(late.place(1.42, expected: 0) == .after(silenceUntil: 1.42 - 1.4))
    var alone = timeline(origin: nil)
    #expect(alone.place(900, expected: 0) == .next)
  }

  @Test func firstFrame_beforeTheFile_isTheStart() {
    var timeline = timeline(origin: 2)
    #expect(timeline.place(1, expected: 0) == .next)
    #expect(timeline.place(1.02, expected: 0.02) == .next)
  }

  @Test func jitter_isIgnoredUntilItAddsUp() {
    var timeline = timeline()
    #expect(timeline.place(0, expected: 0) == .next)
    #expect(timeline.place(1.04, expected: 1) == .next)
    #expect(timeline.place(1.97, expected: 2) == .next)
    #expect(timeline.place(3.06, expected: 3) == .after(silenceUntil: 3.06))
  }

  @Test func missingTimestamp_followsWhatIsThere() {
    var timeline = timeline()
    #expect(timeline.place(0, expected: 0) == .next)
    #expect(timeline.place(nil, expected: 7) == .next)
    #expect(timeline.place(8, expected: 8) == .next)
  }

  @Test func shortOverlap_isDropped() {
    var timeline = timeline()
    #expect(timeline.place(0, expected: 0) == .next)
    #expect(timeline.place(9.5, expected: 10) == .overlapping(0.5))
  }

  @Test func timeStartingAnew_goesOnWhereItWas() {
    var timeline = timeline()
    #expect(timeline.place(0, expected: 0) == .next)
    #expect(timeline.place(0, expected: 600) == .next)
    #expect(timeline.place(0.5, expected: 600.5) == .next)
    #expect(timeline.place(2, expected: 601) == .after(silenceUntil: 602))
  }

  @Test func timestampFarBeyondTheDeclaredLength_isNotBelieved() {
    var timeline = timeline(declared: 100)
    #expect(timeline.place(0, expected: 0) == .next)
    #expect(timeline.place(5000, expected: 10) == .next)
    #expect(timeline.place(11, expected: 11) == .next)
    #expect(timeline.place(20, expected: 12) == .after(silenceUntil: 20))
  }

  @Test func hugeJump_isAGapOnlyWhereTimeCannotStartAnew() {
    var stream = timeline(mayRestart: true)
    #expect(stream.place(0, expected: 0) == .next)
    #expect(stream.place(20_000, expected: 10) == .next)
    var file = timeline()
    #expect(file.place(0, expected: 0) == .next)
    #expect(file.place(20_000, expected: 10) == .after(silenceUntil: 20_000))
  }
}
