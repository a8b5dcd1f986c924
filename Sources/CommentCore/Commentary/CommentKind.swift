/// What to ask of a language model about a transcript, and how much of it.
public struct CommentKind: Codable, Sendable, Equatable {
  /// When the items of the windows are combined by the model into fewer.
  public enum Combining: String, Codable, Sendable {
    /// Whenever the transcript was read in more than one window.
    case always
    /// Only when there are more than ``CommentKind/maxItems``.
    case whenTooMany = "when_too_many"
  }

  /// The name that people type: lower-case letters, digits and hyphens.
  public var name: String
  /// The heading of its comments.
  public var title: String
  /// What to write. It must suit the transcript and, when items are combined, notes taken from it.
  public var instructions: String
  /// Items that the whole comment should have at the most. More are kept when the model fails to combine them.
  public var maxItems: Int
  /// Items of one window when the transcript needs several.
  public var maxItemsPerWindow: Int
  /// Characters of one item.
  public var maxTextLength: Int
  /// Tokens of one answer. Small contexts lower it; see ``Commentator``.
  public var maxAnswerTokens: Int
  /// When the items of several windows are combined.
  public var combining: Combining

  public init(
    name: String, title: String, instructions: String, maxItems: Int, maxItemsPerWindow: Int, maxTextLength: Int = 300,
    maxAnswerTokens: Int = 1024, combining: Combining
  ) {
    self.name = name
    self.title = title
    self.instructions = instructions
    self.maxItems = maxItems
    self.maxItemsPerWindow = maxItemsPerWindow
    self.maxTextLength = maxTextLength
    self.maxAnswerTokens = maxAnswerTokens
    self.combining = combining
  }
}

extension CommentKind {
  /// What the recording is about, in up to five sentences.
  public static let summary = CommentKind(
    name: "summary", title: "Summary",
    instructions: """
      Write a summary: what it is about, what is said about it, and how it ends. \
      Each item is one complete sentence in your own words, in the order of the recording.
      """,
    maxItems: 5, maxItemsPerWindow: 3, combining: .always)

  /// The facts, claims, numbers and decisions to remember, in up to ten points.
  public static let keyPoints = CommentKind(
    name: "key-points", title: "Key points",
    instructions: """
      List the key points: the facts, claims, numbers and decisions that a listener should remember. \
      Each item is one point in one short sentence, in the order of the recording, and no two say the same.
      """,
    maxItems: 10, maxItemsPerWindow: 5, combining: .whenTooMany)

  /// The kinds that come with CommentBot, in the order in which they are shown.
  public static let shipped = [summary, keyPoints]

  /// The shipped kind of that name.
  /// - Throws: ``CommentBotError`` with code `usage` and the valid names.
  public static func named(_ name: String) throws -> CommentKind {
    if let kind = shipped.first(where: { $0.name == name }) { return kind }
    let names = shipped.map(\.name).joined(separator: ",")
    throw CommentBotError(
      .usage, "find", "the kind of comment \"\(name)\"", cause: "the kinds are \(names)", hint: "--kinds \(names)")
  }
}
