import CommentCore
import Testing

@testable import Whisper

struct LanguageStretchesTests {
  private static let second = AudioSamples.sampleRate

  /// Pieces of so many seconds with two seconds of silence between them, from the first second on.
  private func window(_ lengths: [Double]) -> AudioWindow {
    var start = Self.second
    let pieces = lengths.map { length in
      let piece = start..<start + Int(length * Double(Self.second))
      start = piece.upperBound + 2 * Self.second
      return piece
    }
    return AudioWindow(range: 0..<start, pieces: pieces, quietTail: 7)
  }

  /// Hears the given languages, one after the other.
  private func parts(
    _ window: AudioWindow, hearing votes: [(String, Double)], after before: SpokenLanguage? = nil
  ) -> [(window: AudioWindow, language: SpokenLanguage)] {
    let parts = LanguageStretches(quietTail: { _ in 3 }).parts(
      of: window, heard: votes.map { SpokenLanguage([LanguageProbability(language: $0.0, probability: $0.1)]) },
      after: before)
    #expect(LanguageStretches.groups(window.pieces).count == votes.count)
    // They answer for all that the window answered for, and hear all that it heard.
    #expect(parts.first?.window.range.lowerBound == window.range.lowerBound)
    #expect(parts.last?.window.range.upperBound == window.range.upperBound)
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.window.range.upperBound == $1.window.range.lowerBound })
    #expect(parts.flatMap(\.window.pieces) == window.pieces)
    return parts
  }

  @Test func parts_ofOneLanguage_areTheWindow() {
    let window = window([4, 5, 6])
    let parts = self.parts(window, hearing: [("en", 0.9), ("en", 0.8), ("en", 0.9)])
    #expect(parts.map(\.window) == [window])
    #expect(parts.map(\.language.code) == ["en"])
  }

  @Test func parts_beginWhereTheLanguageChanges() {
    let parts = self.parts(window([4, 5, 6]), hearing: [("en", 0.9), ("es", 0.8), ("es", 0.9)])
    #expect(parts.map(\.language.code) == ["en", "es"])
    #expect(parts.map(\.window.pieces.count) == [1, 2])
    // In the middle of the pause from 5 to 7 s.
    #expect(parts[0].window.range.upperBound == 6 * Self.second)
    #expect(parts.map(\.window.quietTail) == [3, 7])
  }

  @Test func unsureStretch_keepsTheLanguageBefore() {
    let inside = parts(window([4, 5]), hearing: [("en", 0.9), ("cy", 0.3)])
    #expect(inside.map(\.language.code) == ["en"])
    let fromBefore = parts(window([4]), hearing: [("cy", 0.3)], after: SpokenLanguage(code: "fr"))
    #expect(fromBefore.map(\.language.code) == ["fr"])
    let first = parts(window([4]), hearing: [("cy", 0.3)])
    #expect(first.map(\.language.code) == ["cy"])
  }

  @Test func stretchThatNobodyCanTell_hasTheLanguageBeforeOrTheFirstThatIsKnown() {
    let stretches = LanguageStretches(quietTail: { _ in 0 })
    let (english, spanish) = (SpokenLanguage(code: "en"), SpokenLanguage(code: "es"))
    let window = window([4, 5, 6])
    #expect(stretches.parts(of: window, heard: [nil, english, nil], after: nil).map(\.language.code) == ["en"])
    #expect(
      stretches.parts(of: window, heard: [nil, english, nil], after: spanish).map(\.language.code) == ["es", "en"])
    #expect(stretches.parts(of: window, heard: [nil, nil, nil], after: nil).isEmpty)
  }

  @Test(arguments: [
    ([4.0, 5, 6], [1, 1, 1]), ([1, 1, 1.5, 4], [3, 1]), ([4, 1, 5], [2, 1]), ([1, 4], [2]), ([4, 1], [2]),
    ([1, 1], [2]), ([4, 1, 1, 1, 1], [1, 4]), ([], []),
  ])
  func groups_areLongEnoughToTellTheLanguage(lengths: [Double], expected: [Int]) {
    #expect(LanguageStretches.groups(window(lengths).pieces).map(\.count) == expected)
  }
}
