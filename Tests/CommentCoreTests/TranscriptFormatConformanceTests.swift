import Foundation
import Testing

@testable import CommentCore

/// Our files against openai-whisper's, byte for byte, with raw subtitles.
///
/// `Tests/conformance/run.sh` makes hundreds of cases with openai-whisper's own writers and names their folder in
/// `COMMENTBOT_CONFORMANCE_DIR`. Without it there is one case, which the same writers made.
struct TranscriptFormatConformanceTests {
  @Test func files_equalThoseOfOpenAIWhisper() throws {
    guard let path = ProcessInfo.processInfo.environment["COMMENTBOT_CONFORMANCE_DIR"] else {
      let small = try #require(try ConformanceCase.all(in: Data(Self.smallCase.utf8)).first)
      for (format, expected) in Self.smallFiles {
        #expect(format.render(small.transcript, options: small.options) == expected)
      }
      return
    }
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    let cases = try ConformanceCase.all(in: Data(contentsOf: folder.appending(path: "cases.json")))
    #expect(cases.count >= 100)
    for one in cases {
      let transcript = one.transcript
      for format in Self.formats {
        let expected = try Data(contentsOf: folder.appending(path: "\(one.name).\(format.fileExtension)"))
        let actual = Data(format.render(transcript, options: one.options).utf8)
        #expect(actual == expected, "\(one.name).\(format.fileExtension)")
      }
      let expected = try Data(contentsOf: folder.appending(path: "\(one.name).complete.json"))
      #expect(Data(TranscriptJSON(transcript).complete.utf8) == expected, "\(one.name).complete.json")
    }
  }

  /// Those that openai-whisper writes too.
  private static let formats: [TranscriptFormat] = [.txt, .vtt, .srt, .tsv, .json]

  private static let smallCase = #"""
    [{"name": "small", "subtitles": {"max_words_per_line": 2, "highlight_words": true}, "transcript": {"segments": [
      {"id": 0, "start": 3599.9996, "end": 3602.5, "text": " Caf\u00e9 \u2192 now", "tokens": [1, 2], "temperature": 0.0,
       "avg_logprob": -0.25, "compression_ratio": 1e-05, "no_speech_prob": 0.1, "words": [
        {"word": " Caf\u00e9", "start": 3599.9996, "end": 3600.5, "probability": 0.5},
        {"word": " \u2192", "start": 3601.0, "end": 3601.5, "probability": 0.5},
        {"word": " now", "start": 3602.0, "end": 3602.5, "probability": 1.0}]}],
      "language": "en", "duration": 3603.0, "language_probability": null, "engine": "libwhisper", "model": "base",
      "key": "k", "options": {"task": "transcribe", "language": null, "temperature": 0.0,
        "temperature_increment": 0.2, "best_of": 5, "beam_size": 1, "length_penalty": null,
        "initial_prompt": null, "condition_on_previous_text": false, "compression_ratio_threshold": 2.4,
        "logprob_threshold": -1.0, "no_speech_threshold": 0.6, "word_timestamps": true, "vad_filter": true},
      "dropped": []}}]
    """#

  private static let smallFiles: [TranscriptFormat: String] = [
    .txt: "Café → now\n",
    .tsv: "start\tend\ttext\n3600000\t3602500\tCafé → now\n",
    .vtt: """
    WEBVTT

    01:00:00.000 --> 01:00:00.500
    <u>Café</u> →

    01:00:00.500 --> 01:00:01.000
    Café →

    01:00:01.000 --> 01:00:01.500
    Café <u>→</u>

    01:00:02.000 --> 01:00:02.500
    <u>now</u>


    """,
    .srt: """
    1
    01:00:00,000 --> 01:00:00,500
    <u>Café</u> →

    2
    01:00:00,500 --> 01:00:01,000
    Café →

    3
    01:00:01,000 --> 01:00:01,500
    Café <u>→</u>

    4
    01:00:02,000 --> 01:00:02,500
    <u>now</u>


    """,
    .json: #"{"text": " Caf\u00e9 \u2192 now", "segments": [{"id": 0, "seek": 360000, "start": 3599.9996, "#
      + #""end": 3602.5, "text": " Caf\u00e9 \u2192 now", "tokens": [1, 2], "temperature": 0.0, "#
      + #""avg_logprob": -0.25, "compression_ratio": 1e-05, "no_speech_prob": 0.1, "words": ["#
      + #"{"word": " Caf\u00e9", "start": 3599.9996, "end": 3600.5, "probability": 0.5}, "#
      + #"{"word": " \u2192", "start": 3601.0, "end": 3601.5, "probability": 0.5}, "#
      + #"{"word": " now", "start": 3602.0, "end": 3602.5, "probability": 1.0}]}], "language": "en"}"#,
  ]
}

/// A case as `write_cases.py` writes it.
private struct ConformanceCase: Decodable {
  var name: String
  var subtitles: Limits
  var transcript: Transcript

  struct Limits: Decodable {
    var maxLineWidth: Int?
    var maxLineCount: Int?
    var maxWordsPerLine: Int?
    var highlightWords: Bool
  }

  var options: SubtitleOptions {
    .raw(
      maxLineWidth: subtitles.maxLineWidth, maxLineCount: subtitles.maxLineCount,
      maxWordsPerLine: subtitles.maxWordsPerLine, highlightsWords: subtitles.highlightWords)
  }

  static func all(in data: Data) throws -> [ConformanceCase] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode([ConformanceCase].self, from: data)
  }
}
