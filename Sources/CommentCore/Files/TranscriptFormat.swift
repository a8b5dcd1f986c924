/// The kinds of file that a transcript can be written as. The first five are openai-whisper's, byte for byte, with raw
/// subtitles and without speakers, which openai-whisper does not tell apart.
public enum TranscriptFormat: String, Sendable, CaseIterable, Codable {
  /// One segment a line.
  case txt
  /// WebVTT subtitles.
  case vtt
  /// SubRip subtitles.
  case srt
  /// Start and end in milliseconds and the text, separated by tabs.
  case tsv
  /// Text, segments and language with all figures.
  case json
  /// A line a segment with its start, as players of music show lyrics.
  case lrc
  /// Start and end in milliseconds and the text in quotes, with whisper.cpp's head.
  case csv
  /// A page to read, in paragraphs with their times.
  case md

  /// The end of the file's name, without the dot.
  public var fileExtension: String { rawValue }

  /// The file's content.
  ///
  /// - Parameters:
  ///   - title: the heading of `md`.
  ///   - options: how `vtt` and `srt` are broken into subtitles.
  public func render(
    _ transcript: Transcript, title: String = "Transcript", options: SubtitleOptions = SubtitleOptions()
  ) -> String {
    switch self {
    case .txt: transcript.segments.map { $0.spokenLine + "\n" }.joined()
    case .vtt: Self.vtt(transcript, options)
    case .srt: Self.srt(transcript, options)
    case .tsv: Self.tsv(transcript)
    case .json: TranscriptJSON(transcript).openAIWhisper
    case .lrc: Self.lrc(transcript.segments)
    case .csv: Self.csv(transcript)
    case .md: TranscriptMarkdown(title: title, transcript: transcript).text
    }
  }

  // MARK: - Subtitles

  private static func vtt(_ transcript: Transcript, _ options: SubtitleOptions) -> String {
    // openai-whisper leaves these as they are, and what follows may be taken for markup.
    func escape(_ text: String) -> String { text.replacing("&", with: "&amp;").replacing("<", with: "&lt;") }
    let cues = SpeakerSubtitles(transcript: transcript, options: options, escape: escape).cues.map { cue in
      let voice = cue.speaker.map { "<v \(escape($0))>" } ?? ""
      return "\(times(of: cue, .vtt))\n\(voice)\(cue.text)\n\n"
    }
    return "WEBVTT\n\n" + cues.joined()
  }

  private static func srt(_ transcript: Transcript, _ options: SubtitleOptions) -> String {
    SpeakerSubtitles(transcript: transcript, options: options) { $0 }.cues.enumerated().map { index, cue in
      "\(index + 1)\n\(times(of: cue, .srt))\n\(SegmentText.label(cue.speaker))\(cue.text)\n\n"
    }.joined()
  }

  private static func times(of cue: SubtitleCue, _ clock: SubtitleClock) -> String {
    "\(clock.text(cue.start)) --> \(clock.text(cue.end))"
  }

  // MARK: - A line a segment

  private static func tsv(_ transcript: Transcript) -> String {
    table(transcript, separator: "\t") { PythonText.replace("\t", with: " ", in: $0) }
  }

  private static func csv(_ transcript: Transcript) -> String {
    table(transcript, separator: ",") { "\"\(PythonText.replace("\"", with: "\"\"", in: $0))\"" }
  }

  /// Start and end in milliseconds, the speaker where speakers are told apart, and the text.
  private static func table(_ transcript: Transcript, separator: String, quoted: (String) -> String) -> String {
    let head = ["start", "end"] + (transcript.hasSpeakers ? ["speaker"] : []) + ["text"]
    let rows = transcript.segments.map { segment in
      [segment.start, segment.end].map { "\(PythonText.milliseconds($0))" }
        + (transcript.hasSpeakers ? [quoted(segment.speaker ?? "")] : []) + [quoted(SegmentText.line(segment))]
    }
    return ([head] + rows).map { $0.joined(separator: separator) + "\n" }.joined()
  }

  /// Minutes go on above 59: the format has no hours.
  private static func lrc(_ segments: [Segment]) -> String {
    segments.map { segment in
      let line = segment.spokenLine.unicodeScalars.split(whereSeparator: PythonText.isSpace)
        .map { String($0) }.joined(separator: " ")
      let total = max(0, Int(exactly: (segment.start * 100).rounded(.toNearestOrEven)) ?? 0)
      let (minutes, seconds, hundredths) = (total / 6000, total / 100 % 60, total % 100)
      let time = [minutes, seconds].map { SubtitleClock.padded($0, 2) }.joined(separator: ":")
      return "[\(time).\(SubtitleClock.padded(hundredths, 2))]\(line)\n"
    }.joined()
  }
}
