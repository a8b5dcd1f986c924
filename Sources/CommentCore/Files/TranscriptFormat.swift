/// The kinds of file that a transcript can be written as. The first five are openai-whisper's, byte for byte, with raw
/// subtitles.
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
    case .txt: transcript.segments.map { SegmentText.line($0) + "\n" }.joined()
    case .vtt: Self.vtt(transcript, options)
    case .srt: Self.srt(transcript, options)
    case .tsv: Self.tsv(transcript.segments)
    case .json: TranscriptJSON(transcript).openAIWhisper
    case .lrc: Self.lrc(transcript.segments)
    case .csv: Self.csv(transcript.segments)
    case .md: TranscriptMarkdown(title: title, transcript: transcript).text
    }
  }

  // MARK: - Subtitles

  private static func vtt(_ transcript: Transcript, _ options: SubtitleOptions) -> String {
    let cues = cues(transcript, options, .vtt) { line in
      // openai-whisper leaves these as they are, and what follows may be taken for markup.
      line.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
    return "WEBVTT\n\n" + cues.map { "\($0.start) --> \($0.end)\n\($0.text)\n\n" }.joined()
  }

  private static func srt(_ transcript: Transcript, _ options: SubtitleOptions) -> String {
    cues(transcript, options, .srt).enumerated()
      .map { "\($0 + 1)\n\($1.start) --> \($1.end)\n\($1.text)\n\n" }.joined()
  }

  private static func cues(
    _ transcript: Transcript, _ options: SubtitleOptions, _ clock: SubtitleClock,
    escape: (String) -> String = { $0 }
  ) -> [SubtitleCue] {
    switch options.style {
    case .raw: RawSubtitles(segments: transcript.segments, options: options, clock: clock).cues
    case .readable:
      ReadableSubtitles(transcript).cues.map { cue in
        SubtitleCue(
          start: clock.text(cue.start), end: clock.text(cue.end),
          text: cue.lines.map { escape(SubtitleCue.harmless($0)) }.joined(separator: "\n"))
      }
    }
  }

  // MARK: - A line a segment

  private static func tsv(_ segments: [Segment]) -> String {
    "start\tend\ttext\n"
      + segments.map { segment in
        let text = PythonText.replace("\t", with: " ", in: SegmentText.line(segment))
        return "\(PythonText.milliseconds(segment.start))\t\(PythonText.milliseconds(segment.end))\t\(text)\n"
      }.joined()
  }

  private static func csv(_ segments: [Segment]) -> String {
    "start,end,text\n"
      + segments.map { segment in
        let text = PythonText.replace("\"", with: "\"\"", in: SegmentText.line(segment))
        return "\(PythonText.milliseconds(segment.start)),\(PythonText.milliseconds(segment.end)),\"\(text)\"\n"
      }.joined()
  }

  /// Minutes go on above 59: the format has no hours.
  private static func lrc(_ segments: [Segment]) -> String {
    segments.map { segment in
      let line = SegmentText.line(segment).unicodeScalars.split(whereSeparator: PythonText.isSpace)
        .map { String($0) }.joined(separator: " ")
      let total = max(0, Int(exactly: (segment.start * 100).rounded(.toNearestOrEven)) ?? 0)
      let (minutes, seconds, hundredths) = (total / 6000, total / 100 % 60, total % 100)
      let time = [minutes, seconds].map { SubtitleClock.padded($0, 2) }.joined(separator: ":")
      return "[\(time).\(SubtitleClock.padded(hundredths, 2))]\(line)\n"
    }.joined()
  }
}
