/// The kinds of file that a transcript can be written as, byte for byte as openai-whisper writes them.
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
  /// - Parameter options: line and word limits of `vtt` and `srt`; without word times they change nothing.
  public func render(_ transcript: Transcript, options: SubtitleOptions = SubtitleOptions()) -> String {
    switch self {
    case .txt:
      transcript.segments.map { PythonText.strip($0.text) + "\n" }.joined()
    case .vtt:
      "WEBVTT\n\n"
        + Subtitles(segments: transcript.segments, options: options, alwaysHours: false, decimalMark: ".").cues
        .map { "\($0.start) --> \($0.end)\n\($0.text)\n\n" }.joined()
    case .srt:
      Subtitles(segments: transcript.segments, options: options, alwaysHours: true, decimalMark: ",").cues.enumerated()
        .map { "\($0 + 1)\n\($1.start) --> \($1.end)\n\($1.text)\n\n" }.joined()
    case .tsv:
      "start\tend\ttext\n"
        + transcript.segments.map { segment in
          let text = PythonText.replace("\t", with: " ", in: PythonText.strip(segment.text))
          return "\(PythonText.milliseconds(segment.start))\t\(PythonText.milliseconds(segment.end))\t\(text)\n"
        }.joined()
    case .json:
      TranscriptJSON(transcript).openAIWhisper
    }
  }
}
