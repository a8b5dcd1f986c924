import Testing

@testable import CommentCore

/// Channels on their way into one transcript.
struct SpokenChannelTests {
  private func window(_ segments: [(start: Double, end: Double, text: String)], end: Double = 60) -> TranscriptionWindow
  {
    TranscriptionWindow(
      start: 0, end: end, language: "en", languageProbability: 0.9,
      segments: segments.enumerated().map { Segment(id: $0, start: $1.start, end: $1.end, text: $1.text) },
      dropped: [DroppedSpan(start: 50, end: end, reason: .noSpeech)])
  }

  private func transcript(_ channels: [SpokenChannel]) -> Transcript {
    var options = TranscriptionOptions()
    options.splitChannels = true
    return Transcript(
      channels: channels, windows: [window([])], key: "key",
      engine: EngineIdentity(engine: "libwhisper", model: "base", digest: "d"), options: options, duration: 60)
  }

  /// A long talk in doubtful English, and one clear word.
  @Test func languageProbability_isThatOfTheSpeechNotOfItsSurestWord() throws {
    func spoken(_ language: String, _ probability: Double?, seconds: Double) -> TranscriptionWindow {
      TranscriptionWindow(
        start: 0, end: 60, language: language, languageProbability: probability,
        languages: probability.map { [LanguageProbability(language: language, probability: $0)] },
        segments: [Segment(id: 0, start: 0, end: seconds, text: " Text.", language: language)], dropped: [])
    }
    func told(_ windows: [TranscriptionWindow]) -> Transcript {
      Transcript(
        windows: windows, key: "key", engine: EngineIdentity(engine: "libwhisper", model: "base", digest: "d"),
        options: TranscriptionOptions(), duration: 60)
    }
    let one = told([spoken("en", 0.55, seconds: 59), spoken("en", 0.99, seconds: 1)])
    #expect(abs((one.languageProbability ?? 0) - 0.5573) < 0.001)
    let two = told([spoken("es", 0.9, seconds: 20), spoken("en", 0.6, seconds: 40)])
    #expect(two.language == "en" && abs((two.languageProbability ?? 0) - 0.6) < 0.001)
    #expect(two.languages?.map(\.language) == ["en", "es"])
    #expect(abs((two.languages?.first?.probability ?? 0) - 0.4) < 0.001)
    #expect(told([spoken("en", nil, seconds: 20)]).languageProbability == nil)
  }

  @Test(arguments: [(0, "A"), (1, "B"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (63, "BL")])
  func speaker_isNamedByLetters(channel: Int, name: String) {
    #expect(SpokenChannel.speaker(ofChannel: channel) == name)
  }

  @Test func transcript_interleavesChannelsByTheirTimes() {
    let joined = transcript([
      SpokenChannel(speaker: "A", windows: [window([(1, 3, " Hello."), (8, 9, " Yes?"), (12, 14, " Good.")])]),
      SpokenChannel(speaker: "B", windows: [window([(4, 7, " It is me."), (8, 11, " I call about the bill.")])]),
    ])
    #expect(joined.segments.map(\.speaker) == ["A", "B", "A", "B", "A"])
    #expect(joined.segments.map(\.id) == [0, 1, 2, 3, 4])
    #expect(joined.segments.map(\.start) == [1, 4, 8, 8, 12])
    #expect(joined.dropped.map(\.speaker) == ["A", "B"])
    // Both channels' minutes count, without their silent ends.
    #expect(SpeechCoverage(of: joined).found == 100)
  }

  private func withoutCrosstalk(
    _ first: [(start: Double, end: Double, text: String)], _ second: [(start: Double, end: Double, text: String)],
    levels: [Double]
  ) -> Transcript {
    var channels = [
      SpokenChannel(speaker: "A", windows: [window(first)]), SpokenChannel(speaker: "B", windows: [window(second)]),
    ]
    Crosstalk { channel, _ in levels[channel] }.remove(from: &channels)
    return transcript(channels)
  }

  @Test func crosstalk_quietCopyOfTheSameWords_isDroppedAndReported() {
    let joined = withoutCrosstalk(
      [(1, 5, " We meet on Monday. Then we look at the budget."), (9, 10, " All right.")],
      [(1.2, 2.4, " We met on Monday."), (2.5, 5.1, " Then we look at the budget"), (6, 8, " That is fine for me.")],
      levels: [0.2, 0.05])
    #expect(joined.segments.map(\.speaker) == ["A", "B", "A"])
    let copies = joined.dropped.filter { $0.reason == .crosstalk }
    #expect(copies.map(\.text) == [" We met on Monday.", " Then we look at the budget"])
    #expect(copies.allSatisfy { $0.speaker == "B" })
    #expect(SpeechCoverage(of: joined).dropped > 3.7)
  }

  @Test func crosstalk_aboutAsLoud_isNoCopy() {
    let joined = withoutCrosstalk([(1, 2, " Yes.")], [(1, 2, " Yes.")], levels: [0.1, 0.06])
    #expect(joined.segments.count == 2)
  }

  @Test func crosstalk_otherWordsOrAnotherTime_isNoCopy() {
    let joined = withoutCrosstalk(
      [(1, 5, " We meet on Monday."), (20, 24, " See you then.")],
      [(1, 5, " Could you say that again?"), (12, 15, " We meet on Monday."), (26, 27, " See you then.")],
      levels: [0.2, 0.01])
    #expect(joined.segments.count == 5)
  }

  @Test func crosstalk_shortWordWithinALongerOne_isNoCopy() {
    let joined = withoutCrosstalk(
      [(1, 5, " I know that, also.")], [(2, 2.5, " No."), (3, 3.4, " So")], levels: [0.2, 0.01])
    #expect(joined.segments.count == 3)
  }

  @Test func crosstalk_inAScriptWithoutSpaces_isComparedByCharacters() {
    let joined = withoutCrosstalk(
      [(1, 4, "今日は天気がいいですね。")], [(1, 4, "今日は天気がいいです"), (5, 6, "そうですね")], levels: [0.2, 0.01])
    #expect(joined.segments.map(\.text) == ["今日は天気がいいですね。", "そうですね"])
  }
}
