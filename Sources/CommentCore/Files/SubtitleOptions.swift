/// How words become subtitles; the names are openai-whisper's. All of it needs transcripts with word times.
public struct SubtitleOptions: Sendable, Equatable {
  /// Characters a line may have; 1 or more, nil does not break lines.
  public var maxLineWidth: Int?
  /// Lines a subtitle may have; 1 or more. With ``maxLineWidth`` subtitles no longer follow the segments.
  public var maxLineCount: Int?
  /// Words a subtitle may have; 1 or more.
  public var maxWordsPerLine: Int?
  /// Writes a subtitle for every word, underlined while it is spoken.
  public var highlightsWords: Bool

  /// Limits below 1 count as not given.
  public init(
    maxLineWidth: Int? = nil, maxLineCount: Int? = nil, maxWordsPerLine: Int? = nil, highlightsWords: Bool = false
  ) {
    self.maxLineWidth = maxLineWidth.flatMap { $0 > 0 ? $0 : nil }
    self.maxLineCount = maxLineCount.flatMap { $0 > 0 ? $0 : nil }
    self.maxWordsPerLine = maxWordsPerLine.flatMap { $0 > 0 ? $0 : nil }
    self.highlightsWords = highlightsWords
  }
}
