/// What a language model, or extraction, has to say of one kind about a transcript.
public struct Comment: Codable, Sendable, Equatable {
  /// What the comment is computed from and with: transcript, kind's prompt and model.
  public var key: String
  /// Name of the kind, such as `summary`.
  public var kind: String
  /// The model's name.
  public var model: String
  /// `ollama` or `embedded`.
  public var engine: String
  /// Whether the model is so small that its words are to be shown with a warning.
  public var isWeak: Bool
  /// SHA-256 of the kind's instructions, 64 hexadecimal digits.
  public var promptDigest: String
  /// Share in 0...1 of the transcript's segments that the model has read whole.
  public var coverage: Double
  /// Tokens read by the model, over all calls.
  public var promptTokens: Int
  /// Tokens written by the model, over all calls.
  public var outputTokens: Int
  /// Wall seconds that writing it took.
  public var seconds: Double
  /// In the order in which they are shown.
  public var items: [CommentItem]

  public init(
    key: String, kind: String, model: String, engine: String, isWeak: Bool = false, promptDigest: String,
    coverage: Double, promptTokens: Int, outputTokens: Int, seconds: Double, items: [CommentItem]
  ) {
    self.key = key
    self.kind = kind
    self.model = model
    self.engine = engine
    self.isWeak = isWeak
    self.promptDigest = promptDigest
    self.coverage = coverage
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.seconds = seconds
    self.items = items
  }
}

extension Comment {
  /// Whether the items are sentences of the transcript, word for word.
  public var isExtract: Bool { !items.isEmpty && items.allSatisfy { $0.grounded == true && $0.quote == $0.text } }

  /// What is to be said wherever comments by a weak model are shown; nil when there are none.
  public static func note(on comments: [Comment]) -> String? {
    guard comments.contains(where: \.isWeak) else { return nil }
    return "These sentences were said word for word: what a very small model writes itself is not shown. "
      + "For a real model: install Ollama, run `\(SuggestedModel.command)`, and process the file again."
  }
}

/// One statement of a comment and the segments that it rests on.
public struct CommentItem: Codable, Sendable, Equatable {
  /// The statement itself.
  public var text: String
  /// Words of the transcript that prove the text.
  public var quote: String?
  /// Whether ``quote`` stands in the cited segments; nil when it was not checked.
  public var grounded: Bool?
  /// In the order of time.
  public var citations: [Citation]

  public init(text: String, quote: String? = nil, grounded: Bool? = nil, citations: [Citation] = []) {
    self.text = text
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
