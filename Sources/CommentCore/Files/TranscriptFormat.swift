/// The kinds of file that a transcript can be written as. With raw subtitles they are openai-whisper's,
/// byte for byte.
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

  /// The end of the file's name, without the dot.
  public var fileExtension: String { rawValue }

  /// The file's content.
  ///
  /// - Parameter options: how `vtt` and `srt` are broken into subtitles.
  public func render(
    _ transcript: Transcript, options: SubtitleOptions = SubtitleOptions()
  ) -> String {
    switch self {
    case .txt: transcript.segments.map { SegmentText.line($0) + "\n" }.joined()
    case .vtt: Self.vtt(transcript, options)
    case .srt: Self.srt(transcript, options)
    case .tsv: Self.tsv(transcript.segments)
    case .json: TranscriptJSON(transcript).openAIWhisper
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
}
