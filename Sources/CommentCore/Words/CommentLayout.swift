/// How a comment looks in Markdown and on a terminal.
public enum CommentLayout: String, Codable, Sendable, CaseIterable {
  /// Paragraphs.
  case text
  /// One line an item.
  case list
  /// One line an item, beginning with its time, in the order of time.
  case timeline
}
