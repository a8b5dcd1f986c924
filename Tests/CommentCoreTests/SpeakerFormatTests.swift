import Foundation
import Testing

@testable import CommentCore

/// Speakers in every kind of file.
struct SpeakerFormatTests {
  private var transcript: Transcript {
    var transcript = Transcript.make([])
    transcript.segments = [
      Segment(id: 0, start: 1, end: 3.5, text: " Hello, who is there?", speaker: "A"),
      Segment(id: 1, start: 3, end: 6, text: " It is me & <you>, \"friend\".", speaker: "B"),
      Segment(id: 2, start: 4, end: 4.5, text: " Ah.", speaker: "A"),
    ]
    return transcript
  }

  @Test(arguments: [
    (TranscriptFormat.txt, "A: Hello, who is there?\nB: It is me & <you>, \"friend\".\nA: Ah.\n"),
    (
      .tsv,
      "start\tend\tspeaker\ttext\n1000\t3500\tA\tHello, who is there?\n3000\t6000\tB\tIt is me & <you>, \"friend\".\n"
        + "4000\t4500\tA\tAh.\n"
    ),
    (
      .csv,
      "start,end,speaker,text\n1000,3500,\"A\",\"Hello, who is there?\"\n"
        + "3000,6000,\"B\",\"It is me & <you>, \"\"friend\"\".\"\n4000,4500,\"A\",\"Ah.\"\n"
    ),
    (.lrc, "[00:01.00]A: Hello, who is there?\n[00:03.00]B: It is me & <you>, \"friend\".\n[00:04.00]A: Ah.\n"),
    (
      .srt,
      """
      1
      00:00:01,000 --> 00:00:03,500
      A: Hello, who is there?

      2
      00:00:03,000 --> 00:00:06,000
      B: It is me & <you>, "friend".

      3
      00:00:04,000 --> 00:00:04,500
      A: Ah.


      """
    ),
    (
      .vtt,
      """
      WEBVTT

      00:01.000 --> 00:03.500
      <v A>Hello, who is there?

      00:03.000 --> 00:06.000
      <v B>It is me & <you>, "friend".

      00:04.000 --> 00:04.500
      <v A>Ah.


      """
    ),
  ])
  func raw_namesTheSpeaker(format: TranscriptFormat, expected: String) {
    #expect(format.render(transcript, options: .raw()) == expected)
  }

  @Test func readable_overlapsWhereBothSpeakAndNowhereElse() {
    let srt = TranscriptFormat.srt.render(transcript)
    #expect(srt.contains("00:00:01,000 --> 00:00:03,500\nA: Hello, who is there?"))
    #expect(srt.contains("00:00:03,000 --> 00:00:06,000\nB: It is me & <you>, \"friend\"."))
    #expect(srt.contains("00:00:04,000 --> 00:00:05,000\nA: Ah."))
    let vtt = TranscriptFormat.vtt.render(transcript)
    #expect(vtt.contains("<v B>It is me &amp; &lt;you>, \"friend\"."))
  }

  @Test func readable_staysToBeReadOnlyUntilSomebodyElseBegins() {
    var transcript = Transcript.make([])
    transcript.segments = [
      Segment(id: 0, start: 1, end: 1.3, text: " Yes.", speaker: "A"),
      Segment(id: 1, start: 1.5, end: 4, text: " Then let us begin.", speaker: "B"),
    ]
    let cues = SpeakerSubtitles(transcript: transcript, options: SubtitleOptions()) { $0 }.cues
    #expect(cues.map(\.start) == [1000, 1500])
    #expect(cues.map(\.end) == [1500, 4000])
  }

  @Test func readable_linesHaveRoomForTheSpeaker() {
    var transcript = Transcript.make([])
    let sentence = " Nobody has told me that the library would be closed for three weeks in the summer of this year."
    transcript.segments = [Segment(id: 0, start: 0, end: 6, text: sentence, speaker: "A")]
    let lines = TranscriptFormat.srt.render(transcript).split(separator: "\n")
    let text = lines.filter { $0.contains(where: \.isLetter) }
    #expect(text.contains { $0.hasPrefix("A: ") } && text.allSatisfy { $0.count <= 42 })
  }

  @Test func md_namesTheSpeakerOfEachParagraph() {
    let text = TranscriptFormat.md.render(transcript)
    #expect(text.contains("**[00:01] A:** Hello, who is there?\n\n**[00:03] B:** It is me"))
  }

  @Test func json_segmentsHaveTheirSpeaker() throws {
    for text in [TranscriptFormat.json.render(transcript), TranscriptJSON(transcript).complete] {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let segments = try #require(object["segments"] as? [[String: Any]])
      #expect(segments.map { $0["speaker"] as? String } == ["A", "B", "A"])
    }
    var silent = transcript
    for index in silent.segments.indices { silent.segments[index].speaker = nil }
    for format in TranscriptFormat.allCases { #expect(!format.render(silent).contains("speaker")) }
  }

  @Test func prompt_saysWhoSpeaks() {
    let pieces = TranscriptPiece.pieces(of: transcript)
    #expect(pieces.map(\.line).joined().hasPrefix("[0] A: Hello, who is there?\n[1] B: It is me"))
    #expect(pieces[1].halved()?.1.line.hasPrefix("[1] B: ") == true)
    // The words themselves are without it: quotes and their positions stay those of the text.
    #expect(pieces.map(\.text)[2] == "Ah.")
  }
}
