/// What a language model, or extraction, has to say of one kind about a transcript.
public struct Comment: Codable, Sendable, Equatable {
  /// Who chose the words.
  public enum Method: String, Codable, Sendable {
    /// A language model wrote them, and they were checked.
    case model
    /// They were said, word for word, and chosen by their place in the transcript's vocabulary.
    case extractive
  }

  /// What the comment is computed from and with: transcript, kind's prompt and model.
  public var key: String
  /// Name of the kind, such as `summary`.
  public var kind: String
  /// The kind's heading.
  public var title: String
  /// How the kind's comments look.
  public var layout: CommentLayout
  /// Who chose the words.
  public var method: Method
  /// The model's name.
  public var model: String
  /// `ollama`, `embedded`, `openai` or `extraction`.
  public var engine: String
  /// Whether the model is so small that its words are to be shown with a warning.
  public var isWeak: Bool
  /// SHA-256 of the kind's instructions, 64 hexadecimal digits.
  public var promptDigest: String
  /// Share in 0...1 of the transcript's segments that the model has read whole, also where sentences of the recording,
  /// which are chosen from all of it, stand in for its words; 1 without a model.
  public var coverage: Double
  /// Tokens read by the model, over all calls, those that it had in its cache included.
  public var promptTokens: Int
  /// Tokens of them that were computed; nil when the engine does not say.
  public var evaluatedTokens: Int?
  /// Answers that the model gave.
  public var answers = 0
  /// Those of them that were not of the form that was asked for, or did not end.
  public var unusableAnswers = 0
  /// Answers that were cut at their limit also when a shorter one was asked for: their whole items are there.
  public var cutAnswers = 0
  /// Items of the recording's parts for which there was no room, or that the model left out when it combined them.
  public var leftOut = 0
  /// Tokens written by the model, over all calls.
  public var outputTokens: Int
  /// Wall seconds that writing it took.
  public var seconds: Double
  /// In the order in which they are shown. Of a model's, those whose quotes stand in the cited segments.
  public var items: [CommentItem]
  /// Those whose quotes do not stand there, also when the model was asked again: not to be shown as comments.
  public var unproven: [CommentItem]

  public init(
    key: String, kind: String, title: String, layout: CommentLayout = .list, method: Method = .model,
    model: String, engine: String, isWeak: Bool = false, promptDigest: String, coverage: Double, promptTokens: Int,
    evaluatedTokens: Int? = nil, outputTokens: Int, seconds: Double, items: [CommentItem],
    unproven: [CommentItem] = []
  ) {
    self.key = key
    self.kind = kind
    self.title = title
    self.layout = layout
    self.method = method
    self.model = model
    self.engine = engine
    self.isWeak = isWeak
    self.promptDigest = promptDigest
    self.coverage = coverage
    self.promptTokens = promptTokens
    self.evaluatedTokens = evaluatedTokens
    self.outputTokens = outputTokens
    self.seconds = seconds
    self.items = items
    self.unproven = unproven
  }
}

extension Comment {
  /// One line for each model, with the kinds that it wrote when there are several, and how much of the transcript it
  /// read.
  public static func authors(of comments: [Comment]) -> [String] {
    let groups = Dictionary(grouping: comments) { $0.method == .extractive ? nil : "\($0.model) (\($0.engine))" }
    return groups.sorted { $0.key ?? "" < $1.key ?? "" }.map { author, comments in
      let subject = groups.count > 1 ? comments.map(\.title).joined(separator: ", ") : "Comments"
      let unproven = comments.reduce(0) { $0 + $1.unproven.count }
      let reason = "left out because \(unproven == 1 ? "its quote was" : "their quotes were") not said"
      guard let author else {
        let left = unproven > 0 ? "; of what a model had written, \(unproven) \(reason)" : ""
        return "\(subject): sentences and words of the recording, chosen without a language model\(left)."
      }
      let share = Int(((comments.map(\.coverage).min() ?? 0) * 100).rounded(.down))
      let left = unproven > 0 ? ", \(unproven) \(reason)" : ""
      let passed = comments.reduce(0) { $0 + $1.leftOut }
      let fewer = passed > 0 ? ", \(passed) passed over for others" : ""
      let cuts = comments.reduce(0) { $0 + $1.cutAnswers }
      let cut = cuts > 0 ? ", \(cuts) of its answers too long and cut" : ""
      return "\(subject) by \(author), \(share) % of the transcript read\(left)\(fewer)\(cut)."
    }
  }

  /// What is to be said wherever comments by a weak model are shown; nil when there are none.
  public static func note(on comments: [Comment]) -> String? {
    guard comments.contains(where: \.isWeak) else { return nil }
    return "What is shown was said word for word: what a very small model writes itself is not shown. "
      + "For a real model: install Ollama, run `\(SuggestedModel.command)`, and process the file again."
  }
}

/// One statement of a comment and the segments that it rests on.
public struct CommentItem: Codable, Sendable, Equatable {
  /// The statement itself.
  public var text: String
  /// What the kind asks for besides, such as who is to do it; nil where there is nothing.
  public var details: [String: String]?
  /// Words of the transcript that prove the text.
  public var quote: String?
  /// Whether ``quote`` stands in the cited segments; nil when it was not checked.
  public var grounded: Bool?
  /// In the order of time.
  public var citations: [Citation]

  /// The details as they stand behind the text: ` (who: Anna; when: Friday)`; empty without any.
  public var detailText: String {
    guard let details, !details.isEmpty else { return "" }
    let texts = details.sorted { $0.key < $1.key }.map { "\($0.key.replacing("_", with: " ")): \($0.value)" }
    return " (\(texts.joined(separator: "; ")))"
  }

  public init(
    text: String, details: [String: String]? = nil, quote: String? = nil, grounded: Bool? = nil,
    citations: [Citation] = []
  ) {
    self.text = text
    self.details = details
    self.quote = quote
    self.grounded = grounded
    self.citations = citations
  }
}

/// A segment of the transcript with its times in seconds, taken from the transcript and never from a model.
public struct Citation: Codable, Sendable, Equatable {
  /// The segment's id within its transcript.
  public var segment: Int
  /// Seconds.
  public var start: Double
  /// Seconds.
  public var end: Double

  public init(segment: Int, start: Double, end: Double) {
    self.segment = segment
    self.start = start
    self.end = end
  }
}
