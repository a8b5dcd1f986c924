public import ArgumentParser
public import CommentCore

/// How srt and vtt are written. openai-whisper's limits break its cues by the words' times, so they need
/// `--word_timestamps True`.
struct SubtitleFlags: ParsableArguments {
  @Option(help: "readable (2 lines of 42, 1 to 7 s) or raw (as openai-whisper's; so with any of the options below).")
  var subtitles: SubtitleOptions.Style?

  @Option(name: TranscriptionFlags.both("max_line_width"), help: "Characters in a line at the most.")
  var maxLineWidth: Int?

  @Option(name: TranscriptionFlags.both("max_line_count"), help: "Lines in a cue at the most.")
  var maxLineCount: Int?

  @Option(name: TranscriptionFlags.both("max_words_per_line"), help: "Words in a line at the most.")
  var maxWordsPerLine: Int?

  @Option(name: TranscriptionFlags.both("highlight_words"), help: "True underlines each word as it is spoken.")
  var highlightWords: BooleanWord?

  /// What cannot be done without the times of words.
  private var limit: String? {
    if maxLineWidth != nil { return "--max_line_width" }
    if maxLineCount != nil { return "--max_line_count" }
    if maxWordsPerLine != nil { return "--max_words_per_line" }
    return highlightWords?.value == true ? "--highlight_words" : nil
  }

  /// - Parameter hint: what gives the words their times.
  /// - Throws: ``CommentBotError`` with code `usage` when a limit is given, which needs them.
  func refuseLimitsWithoutWordTimes(hint: String) throws {
    if let limit { throw CommentBotError(.usage, "use", limit, cause: "it needs the times of words", hint: hint) }
  }

  /// - Throws: ``CommentBotError`` with code `usage` when a number is not above 0, or a limit contradicts the style.
  func options() throws -> SubtitleOptions {
    let numbers = [
      ("--max_line_width", maxLineWidth), ("--max_line_count", maxLineCount), ("--max_words_per_line", maxWordsPerLine),
    ]
    for (name, value) in numbers {
      if let value, value < 1 {
        throw CommentBotError(.usage, "use", "\(name) \(value)", cause: "it must be above 0", hint: "\(name) 42")
      }
    }
    let highlights = highlightWords?.value ?? false
    if let limit, subtitles == .readable {
      throw CommentBotError(
        .usage, "use", "\(limit) with --subtitles readable", cause: "readable subtitles have limits of their own",
        hint: "--subtitles raw")
    }
    guard limit != nil || subtitles == .raw else { return SubtitleOptions() }
    return .raw(
      maxLineWidth: maxLineWidth, maxLineCount: maxLineCount, maxWordsPerLine: maxWordsPerLine,
      highlightsWords: highlights)
  }
}

extension SubtitleOptions.Style: ExpressibleByArgument {}
