import Testing

@testable import CommentCore

@Suite struct CommentaryWindowsTests {
  @Test func split_ofWhatFits_isOneWindow() {
    #expect(CommentaryWindows.split([10, 20, 30], limit: 60, overlap: 10) == [0..<3])
    #expect(CommentaryWindows.split([], limit: 60, overlap: 10) == [])
  }

  @Test func split_oneTokenOverTheLimit_isTwoEvenWindows() {
    #expect(CommentaryWindows.split([10, 20, 31], limit: 60, overlap: 0) == [0..<2, 2..<3])
    #expect(CommentaryWindows.split([10, 10, 10, 10, 10, 10, 10], limit: 60, overlap: 0) == [0..<4, 4..<7])
  }

  @Test func split_withOverlap_repeatsTheEndOfThePreviousWindow() {
    let windows = CommentaryWindows.split(Array(repeating: 10, count: 10), limit: 60, overlap: 10)
    #expect(windows == [0..<6, 5..<10])
  }

  @Test func split_doesNotRepeatWhatWouldKeepANewPieceOut() {
    #expect(CommentaryWindows.split([30, 30, 55, 30], limit: 60, overlap: 30) == [0..<2, 2..<3, 3..<4])
  }

  @Test func split_pieceLargerThanTheLimit_standsAlone() {
    #expect(CommentaryWindows.split([10, 90, 10], limit: 60, overlap: 5) == [0..<1, 1..<2, 2..<3])
  }

  @Test func split_ofAnyPieces_coversAllInOrderWithinTheLimit() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let limit = Int.random(in: 40...400, using: &generator)
      let tokens = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
        Int.random(in: 1...limit, using: &generator)
      }
      let overlap = Int.random(in: 0...limit / 4, using: &generator)
      let windows = CommentaryWindows.split(tokens, limit: limit, overlap: overlap)
      #expect(windows.first?.lowerBound == 0)
      #expect(windows.last?.upperBound == tokens.count)
      #expect(windows.allSatisfy { tokens[$0].reduce(0, +) <= limit })
      for (previous, next) in zip(windows, windows.dropFirst()) {
        #expect(next.lowerBound <= previous.upperBound && next.lowerBound > previous.lowerBound)
        #expect(next.upperBound > previous.upperBound)
        #expect(tokens[next.lowerBound..<previous.upperBound].reduce(0, +) <= overlap)
      }
    }
  }

  @Test func halved_partsAtASpaceAndLosesNothing() throws {
    let piece = TranscriptPiece(segment: 7, offset: 3, text: "one two three four")
    let (first, second) = try #require(piece.halved())
    #expect(first.text == "one two ")
    #expect(second.text == "three four")
    #expect((first.characters, second.characters) == (3..<11, 11..<21))
    #expect(TranscriptPiece(segment: 7, text: "a").halved() == nil)
  }

  @Test func halved_withoutSpaces_partsAtACharacter() throws {
    let (first, second) = try #require(TranscriptPiece(segment: 0, text: "你好世界👩‍👩‍👧").halved())
    #expect(first.text + second.text == "你好世界👩‍👩‍👧")
    #expect(second.characters == 2..<5)
  }

  @Test func coverage_countsSegmentsOnlyWhenAllTheirPartsWereRead() throws {
    let long = TranscriptPiece(segment: 1, text: "one two three four")
    let (first, second) = try #require(long.halved())
    var coverage = CommentaryCoverage(of: [TranscriptPiece(segment: 0, text: "zero"), long])
    #expect(coverage.share == 0)
    coverage.markRead([TranscriptPiece(segment: 0, text: "zero"), first])
    #expect(coverage.share == 0.5)
    coverage.markRead([first])
    #expect(coverage.share == 0.5)
    coverage.markRead([second])
    #expect(coverage.share == 1)
  }
}
