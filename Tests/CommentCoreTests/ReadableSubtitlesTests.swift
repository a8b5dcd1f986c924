import Testing

@testable import CommentCore

struct ReadableSubtitlesTests {
  private typealias Cue = ReadableSubtitles.Cue

  private func cues(
    _ segments: [(start: Double, end: Double, text: String)], duration: Double = 100
  ) -> [ReadableSubtitles.Cue] {
    var transcript = Transcript.make([])
    transcript.duration = duration
    transcript.segments = segments.enumerated().map { id, segment in
      Segment(id: id, start: segment.start, end: segment.end, text: segment.text)
    }
    return ReadableSubtitles(transcript).cues
  }

  /// One segment with word times.
  private func cues(words: [(text: String, start: Double, end: Double)]) -> [ReadableSubtitles.Cue] {
    var transcript = Transcript.make([words.map(\.text).joined()])
    transcript.duration = 100
    transcript.segments[0].words = words.map { Word(word: $0.text, start: $0.start, end: $0.end, probability: 1) }
    return ReadableSubtitles(transcript).cues
  }

  // MARK: - Breaks

  @Test func sentences_areKeptWholeAndLinesBalanced() {
    let cues = cues([
      (0, 6, " The committee will meet on Monday to discuss the budget for the"), (6, 7, " new library."),
      (7, 10, " Nobody has to bring any papers, but please read them."),
    ])
    #expect(
      cues.map(\.lines) == [
        ["The committee will meet on Monday", "to discuss the budget for the new library."],
        ["Nobody has to bring any papers,", "but please read them."],
      ])
    #expect(cues[0].start == 0 && cues[0].end == cues[1].start)
    #expect(cues[1].start == 7000)
  }

  @Test func words_giveTheTimes() {
    let cues = cues(words: [
      (" One", 1, 1.5), (" two.", 1.5, 2.25), (" Three", 6, 6.5), (" four.", 6.5, 8.5),
    ])
    #expect(
      cues == [
        Cue(start: 1000, end: 2250, lines: ["One two."], spokenEnd: 2250),
        Cue(start: 6000, end: 8500, lines: ["Three four."], spokenEnd: 8500),
      ])
  }

  @Test func wordsThatAreNotTheText_areNotUsed() {
    var transcript = Transcript.make([" Hello there."])
    transcript.segments[0].words = [Word(word: " Hello", start: 50, end: 51, probability: 1)]
    let cues = ReadableSubtitles(transcript).cues
    #expect(cues.map(\.lines) == [["Hello there."]])
    #expect(cues[0].start == 0)
  }

  @Test func longPause_beginsASubtitle() {
    let words = [(" this", 0.0, 0.5), (" goes", 1.5, 1.75), (" on", 2.76, 3.0)]
    #expect(cues(words: words).map(\.lines) == [["this goes"], ["on"]])
  }

  @Test func otherSpeaker_beginsASubtitle() {
    var transcript = Transcript.make([" Yes.", " No."])
    func cues() -> [SubtitleCue] { SpeakerSubtitles(transcript: transcript, options: SubtitleOptions()) { $0 }.cues }
    #expect(cues().count == 1)
    for (index, speaker) in ["A", "B"].enumerated() { transcript.segments[index].speaker = speaker }
    #expect(cues().map(\.text) == ["Yes.", "No."])
    #expect(cues().map(\.speaker) == ["A", "B"])
  }

  @Test func wideCharacters_countTwice() {
    let text = "すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。"
    let cues = cues([(0, 13, text)])
    #expect(cues.flatMap(\.lines).joined() == text)
    #expect(cues.flatMap(\.lines).allSatisfy { $0.count <= 21 })
    #expect(cues.flatMap(\.lines).allSatisfy { !"、。っ".contains($0.first ?? "、") })
    let ends = cues.map { $0.lines.last?.last ?? " " }
    #expect(ends.allSatisfy { "、。".contains($0) } && ends.filter { $0 == "。" }.count == 2, "\(cues.map(\.lines))")
  }

  @Test func loneMarks_stayOnTheLineOfTheirWord() {
    let cues = cues([
      (0, 9, " Il a dit « oui » et puis il est parti ! Voilà tout ce que je sais de lui : rien du tout !")
    ])
    let lines = cues.flatMap(\.lines)
    #expect(lines.allSatisfy { !$0.hasSuffix("«") && !"»!:".contains($0.first ?? "!") }, "\(lines)")
  }

  // MARK: - Times

  @Test func shortCue_isShownForASecondWhereThereIsRoom() {
    let cues = cues([(5, 5.25, " Yes."), (20, 20.5, " No.")])
    #expect(cues.map { [$0.start, $0.end] } == [[5000, 6000], [20000, 21000]])
  }

  @Test func lastCue_endsWithTheAudio() {
    #expect(cues([(5, 5.25, " Yes.")], duration: 5.5).map { [$0.start, $0.end] } == [[5000, 5500]])
  }

  @Test func fastCue_goesOnIntoSilence() {
    let cue = cues([(0, 1, " These are forty columns of text, exactly.")])[0]
    #expect(cue.lines[0].count == 41)
    #expect((2000...2100).contains(cue.end))
  }

  @Test func interpolatedText_takesNoLongerThanSlowSpeech() {
    let cues = cues([(0, 30, " Thank you."), (30, 60, " Say it once more, and then nobody speaks at all.")])
    #expect(cues.map { [$0.start, $0.end] } == [[0, 7000], [30000, 37000]])
  }

  @Test func longWord_isShownForSevenSeconds() {
    #expect(cues(words: [(" Ommm", 0, 30)]) == [Cue(start: 0, end: 7000, lines: ["Ommm"], spokenEnd: 7000)])
  }

  @Test func timesThatAreNoTimes_doNotStopTheOthers() {
    let cues = cues([(-1, .nan, " a."), (.infinity, 1e300, " b."), (50, 40, " c."), (200, 201, " d.")])
    #expect(cues.flatMap(\.lines).joined(separator: " ") == "a. b. c. d.")
    #expect(cues.allSatisfy { $0.start < $0.end && $0.end <= 100_000 })
  }

  // MARK: - Files

  @Test func vtt_textIsNoMarkup() {
    let text = TranscriptFormat.vtt.render(Transcript.make([" a --> <b> & c."]))
    #expect(text.contains("\na -> &lt;b> &amp; c.\n"))
  }

  @Test func srt_linesAreBroken() {
    let text = TranscriptFormat.srt.render(
      Transcript.make([" The committee will meet on Monday to discuss the budget."]))
    #expect(text.hasPrefix("1\n00:00:00,100 --> "))
    #expect(text.hasSuffix("\nThe committee will meet\non Monday to discuss the budget.\n\n"))
  }
}
