import Testing

@testable import CommentCore

struct TranscriptMarkdownTests {
  private func page(_ segments: [(start: Double, end: Double, text: String)], title: String = "Talk") -> String {
    var transcript = Transcript.make([])
    transcript.duration = 3725
    transcript.segments = segments.enumerated().map { id, segment in
      Segment(id: id, start: segment.start, end: segment.end, text: segment.text)
    }
    return TranscriptFormat.md.render(transcript, title: title)
  }

  @Test func page_hasTitleFactsAndParagraphsAtPauses() {
    let text = page(
      [
        (0.5, 2, " One."), (2.5, 4, " Two,"), (4, 5, " and a half."), (5, 6, "  "), (7.5, 9, " Three."),
        (3700, 3701, "x"),
      ])
    #expect(
      text == """
        # Talk

        1:02:05 · English

        **[00:00]** One. Two, and a half.

        **[00:07]** Three.

        **[1:01:40]** x

        """)
  }

  @Test func paragraph_longerThanAMinute_endsWithASentence() {
    let starts = stride(from: 0.0, to: 200, by: 5)
    let text = page(starts.map { (start: $0, end: $0 + 5, text: $0 == 65 ? " end." : " go on") })
    let times = text.split(separator: "**[").dropFirst().map { String($0.prefix(5)) }
    #expect(times == ["00:00", "01:10", "02:40"])
  }

  @Test func text_showsAsItIsWritten() {
    let text = page([(0, 1, " *a* <b>"), (1, 2, "\n# c"), (2, 3, "[d](e)")], title: "_x_\n# y")
    #expect(text.hasPrefix("# \\_x\\_ # y\n\n"))
    #expect(text.hasSuffix("**[00:00]** \\*a\\* \\<b\\> # c \\[d\\](e)\n"))
  }

  @Test func scriptsWithoutSpaces_getNone() {
    #expect(page([(0, 1, "今日は"), (1, 2, "晴れ。"), (2, 3, "OK")]).hasSuffix("**[00:00]** 今日は晴れ。 OK\n"))
  }

  @Test func otherSpeaker_beginsAParagraph() {
    var transcript = Transcript.make([" One.", " Two.", " Three."])
    for (index, speaker) in ["A", "A", "B"].enumerated() { transcript.segments[index].speaker = speaker }
    let text = TranscriptFormat.md.render(transcript)
    #expect(text.hasSuffix("**[00:00] A:** One. Two.\n\n**[00:05] B:** Three.\n"))
  }
}
