import Foundation
import Testing

@testable import CommentCore

struct TranscriptFormatTests {
  private func transcript(_ segments: [(start: Double, end: Double, text: String)]) -> Transcript {
    var transcript = Transcript.make([])
    transcript.segments = segments.enumerated().map { id, segment in
      Segment(id: id, start: segment.start, end: segment.end, text: segment.text)
    }
    return transcript
  }

  @Test func srt_alwaysHasHoursAndNumbers() {
    let segments = transcript([(0, 9.64, " Hi."), (3599.9996, 3661.0005, " Ho.")])
    let text = TranscriptFormat.srt.render(segments, options: .raw())
    #expect(
      text == "1\n00:00:00,000 --> 00:00:09,640\nHi.\n\n2\n01:00:00,000 --> 01:01:01,000\nHo.\n\n")
  }

  @Test func vtt_hasHoursOnlyWhenThereAreAny() {
    let segments = transcript([(0, 59.9996, " Hi."), (3600, 360_000, " Ho.")])
    let text = TranscriptFormat.vtt.render(segments, options: .raw())
    #expect(text == "WEBVTT\n\n00:00.000 --> 01:00.000\nHi.\n\n01:00:00.000 --> 100:00:00.000\nHo.\n\n")
  }

  @Test func txt_isOneStrippedSegmentALine() {
    let text = TranscriptFormat.txt.render(
      transcript([(0, 1, "\u{3000} 日本\u{1F} "), (1, 2, ""), (2, 3, " \u{301}a ")]))
    #expect(text == "日本\n\n\u{301}a\n")
  }

  @Test func tsv_hasMillisecondsAndNoTabsInTexts() {
    let text = TranscriptFormat.tsv.render(transcript([(0.0005, 1.0015, "\ta\tb "), (0.0025, 59.9996, " c")]))
    #expect(text == "start\tend\ttext\n0\t1002\ta b\n2\t60000\tc\n")
  }

  @Test func subtitles_neverContainAnArrowOfTimes() {
    let text = TranscriptFormat.srt.render(transcript([(0, 1, " a --> b -->\u{301} c")]), options: .raw())
    #expect(text == "1\n00:00:00,000 --> 00:00:01,000\na -> b ->\u{301} c\n\n")
  }

  @Test func json_isWrittenAsPythonDoes() {
    let text = TranscriptFormat.json.render(transcript([(0, 1e-05, " é\"\\\n\u{7F}/ 👩\u{200D}👧")]))
    let escaped = #" \u00e9\"\\\n\u007f/ \ud83d\udc69\u200d\ud83d\udc67"#
    #expect(
      text == #"{"text": "\#(escaped)", "segments": [{"id": 0, "seek": 0, "start": 0.0, "end": 1e-05, "#
        + #""text": "\#(escaped)", "tokens": [], "temperature": 0.0, "avg_logprob": 0.0, "compression_ratio": 0.0, "#
        + #""no_speech_prob": 0.0}], "language": "en"}"#)
  }

  @Test func completeJSON_beginsAsOpenAIWhispersAndHoldsEverything() throws {
    let transcript = Transcript.make()
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(TranscriptJSON(transcript).complete.utf8)) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "text", "segments", "language", "duration", "language_probability", "languages", "engine", "model", "key",
        "options",
        "dropped",
      ])
    // No option is forgotten when a new one comes.
    #expect((object["options"] as? [String: Any])?.count == Mirror(reflecting: transcript.options).children.count)
    #expect(TranscriptJSON(transcript).complete.hasPrefix(#"{"text": " Hello there. General talk.", "segments": [{"#))
  }

  @Test func json_figuresThatAreNoNumbers_areNull() throws {
    var transcript = transcript([(0, 1, "a")])
    transcript.segments[0].avgLogprob = .nan
    transcript.segments[0].compressionRatio = -.infinity
    let text = TranscriptFormat.json.render(transcript)
    #expect(text.contains(#""avg_logprob": null, "compression_ratio": null"#))
    #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil)
  }

  @Test func timesThatAreNoTimes_doNotStopTheOthers() {
    let odd = transcript([(-1, .nan, "a"), (.infinity, 1e300, "b")])
    #expect(TranscriptFormat.vtt.render(odd, options: .raw()).hasPrefix("WEBVTT\n\n00:00.000 --> 00:00.000\na\n"))
    for format in TranscriptFormat.allCases { #expect(!format.render(odd).isEmpty) }
  }

  @Test func emptyTranscript_hasOnlyHeads() {
    let files = TranscriptFormat.allCases.map { $0.render(transcript([])) }
    #expect(
      files == [
        "", "WEBVTT\n\n", "", "start\tend\ttext\n", #"{"text": "", "segments": [], "language": "en"}"#, "",
        "start,end,text\n", "# Transcript\n\n01:01 · English\n\nNo speech was found.\n",
      ])
  }

  @Test func segmentWithoutWords_amongOthers_keepsItsText() {
    var mixed = transcript([(0, 1, " one"), (1, 2, " two words")])
    mixed.segments[0].words = [Word(word: " one", start: 0, end: 1, probability: 1)]
    #expect(
      TranscriptFormat.vtt.render(mixed, options: .raw())
        == "WEBVTT\n\n00:00.000 --> 00:01.000\none\n\n00:01.000 --> 00:02.000\ntwo words\n\n")
  }

  @Test func limitsBelowOne_countAsNotGiven() {
    #expect(SubtitleOptions.raw(maxLineWidth: 0, maxLineCount: -1, maxWordsPerLine: 0) == .raw())
  }

  @Test func lines_areBrokenAtWidthCountAndPauses() {
    var spoken = transcript([(0, 9, " aaa bbb ccc ddd eee")])
    spoken.segments[0].words = [("aaa", 0), ("bbb", 1), ("ccc", 2), ("ddd", 3), ("eee", 7)].map { word, start in
      Word(word: " " + word, start: start, end: start + 0.5, probability: 1)
    }
    let text = TranscriptFormat.vtt.render(spoken, options: .raw(maxLineWidth: 7, maxLineCount: 2))
    #expect(
      text == "WEBVTT\n\n00:00.000 --> 00:03.500\naaa bbb\nccc ddd\n\n00:07.000 --> 00:07.500\neee\n\n")
  }

  @Test func lrc_hasMinutesAboveFiftyNineAndNoLineBreaks() {
    let text = TranscriptFormat.lrc.render(
      transcript([(0, 1, " a\n\nb "), (59.996, 61, " 日本"), (3725.125, 3726, " c"), (.nan, 1, "d"), (360_000, 1, "e")]))
    #expect(text == "[00:00.00]a b\n[01:00.00]日本\n[62:05.12]c\n[00:00.00]d\n[6000:00.00]e\n")
  }

  @Test func csv_hasMillisecondsAndDoubledQuotes() {
    let text = TranscriptFormat.csv.render(transcript([(0.0005, 1.0015, #" "a, b" "#), (61, 62.5, " c\nd")]))
    #expect(text == "start,end,text\n0,1002,\"\"\"a, b\"\"\"\n61000,62500,\"c\nd\"\n")
  }
}
