import ArgumentParser
import CommentCore

/// openai-whisper's options for srt and vtt. They break cues by the words' times, so they need `--word_timestamps True`.
struct SubtitleFlags: ParsableArguments {
  @Option(name: TranscriptionFlags.both("max_line_width"), help: "Characters in a line at the most.")
  var maxLineWidth: Int?

  @Option(name: TranscriptionFlags.both("max_line_count"), help: "Lines in a cue at the most.")
  var maxLineCount: Int?

  @Option(name: TranscriptionFlags.both("max_words_per_line"), help: "Words in a line at the most.")
  var maxWordsPerLine: Int?

  @Option(name: TranscriptionFlags.both("highlight_words"), help: "True underlines each word as it is spoken.")
  var highlightWords: BooleanWord?

  /// - Throws: ``CommentBotError`` with code `usage` when a number is not above 0.
  func options() throws -> SubtitleOptions {
    for (name, value) in [
      ("--max_line_width", maxLineWidth), ("--max_line_count", maxLineCount), ("--max_words_per_line", maxWordsPerLine),
    ] {
      if let value, value < 1 {
        throw CommentBotError(.usage, "use", "\(name) \(value)", cause: "it must be above 0")
      }
    }
    return SubtitleOptions(
      maxLineWidth: maxLineWidth, maxLineCount: maxLineCount, maxWordsPerLine: maxWordsPerLine,
      highlightsWords: highlightWords?.value ?? false)
  }
}
