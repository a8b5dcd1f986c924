/// How a transcript becomes subtitles.
public struct SubtitleOptions: Sendable, Equatable {
  /// Whose rules break the transcript into subtitles.
  public enum Style: String, Sendable, CaseIterable {
    /// At most two lines of 42 columns for 1 to 7 seconds, broken at sentences, clauses and pauses.
    case readable
    /// openai-whisper's own: a subtitle a segment, or what the limits below make of its words.
    case raw
  }

  /// Readable, or as openai-whisper writes them.
  public var style: Style
  /// Characters a line may have; 1 or more, nil does not break lines.
  public var maxLineWidth: Int?
  /// Lines a subtitle may have; 1 or more. With ``maxLineWidth`` subtitles no longer follow the segments.
  public var maxLineCount: Int?
  /// Words a subtitle may have; 1 or more.
  public var maxWordsPerLine: Int?
  /// Writes a subtitle for every word, underlined while it is spoken.
  public var highlightsWords: Bool

  /// Readable subtitles.
  public init() { self.init(style: .readable) }

  /// openai-whisper's subtitles; the names are its own. The limits need transcripts with word times, and those below 1
  /// count as not given.
  public static func raw(
    maxLineWidth: Int? = nil, maxLineCount: Int? = nil, maxWordsPerLine: Int? = nil, highlightsWords: Bool = false
  ) -> SubtitleOptions {
    var options = SubtitleOptions(style: .raw)
    options.maxLineWidth = maxLineWidth.flatMap { $0 > 0 ? $0 : nil }
    options.maxLineCount = maxLineCount.flatMap { $0 > 0 ? $0 : nil }
    options.maxWordsPerLine = maxWordsPerLine.flatMap { $0 > 0 ? $0 : nil }
    options.highlightsWords = highlightsWords
    return options
  }

  private init(style: Style) {
    self.style = style
    highlightsWords = false
  }
}
