/// What to ask of a language model about a transcript, and how much of it: one file in `data/prompts`.
public struct CommentKind: Codable, Sendable, Equatable {
  /// When the items of the windows are combined by the model into fewer.
  public enum Combining: String, Codable, Sendable, CaseIterable {
    /// Whenever the transcript was read in more than one window.
    case always
    /// Only when there are more than ``CommentKind/maxItems``.
    case whenTooMany = "when-too-many"
    /// Never: of too many, the most central are kept as they are.
    case never
  }

  /// What stands in for items where there is no model, or a very small one.
  public enum Extract: String, Codable, Sendable, CaseIterable {
    /// The most central sentences.
    case sentences
    /// The most central sentences that end with a question mark.
    case questions
    /// The words that tell this recording from a language's usual ones.
    case words
  }

  /// The name that people type: lower-case letters, digits and hyphens.
  public var name: String
  /// The heading of its comments.
  public var title: String
  /// What it is for, in one sentence.
  public var description: String
  /// What each item holds besides its proof, in alphabetical order; `text` is one of them.
  public var fields: [CommentField]
  /// What to write, as a mustache template. It must suit the transcript and, when items are combined, notes taken from
  /// it.
  public var template: String
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
  /// How its comments look.
  public var layout: CommentLayout
  /// Whether each text must have been said word for word.
  public var isVerbatim: Bool
  /// What stands in for items where there is no model.
  public var extract: Extract
  /// The question that the items answer; nil for all kinds that are not made for one question.
  var question: String?

  public init(
    name: String, title: String, description: String = "", fields: [CommentField] = [.text], template: String,
    maxItems: Int = 10, maxItemsPerWindow: Int = 5, maxTextLength: Int = 300, maxAnswerTokens: Int = 1024,
    combining: Combining = .whenTooMany, layout: CommentLayout = .list, isVerbatim: Bool = false,
    extract: Extract = .sentences
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.fields = fields
    self.template = template
    self.maxItems = maxItems
    self.maxItemsPerWindow = maxItemsPerWindow
    self.maxTextLength = maxTextLength
    self.maxAnswerTokens = maxAnswerTokens
    self.combining = combining
    self.layout = layout
    self.isVerbatim = isVerbatim
    self.extract = extract
  }

  /// Kinds that are written when none are named.
  public static let defaultNames = ["summary", "key-points"]

  /// The fields besides ``CommentField/textName``.
  var details: [CommentField] { fields.filter { $0.name != CommentField.textName } }
}

/// One value of a comment's items.
public struct CommentField: Codable, Sendable, Equatable {
  /// Of the field that every kind has: what is shown as the item itself.
  public static let textName = "text"
  /// A text of which nothing more is said.
  public static let text = CommentField(name: textName, meaning: .words(""))

  /// What the model is told about a field.
  public enum Meaning: Codable, Sendable, Equatable {
    /// What to write, in words.
    case words(String)
    /// One of these.
    case choice([String])
  }

  /// Lower-case letters, digits and underscores; not `quote` or `segments`, which every item has.
  public var name: String
  /// What to write there.
  public var meaning: Meaning

  public init(name: String, meaning: Meaning) {
    self.name = name
    self.meaning = meaning
  }
}
