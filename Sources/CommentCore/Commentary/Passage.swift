/// A segment of a recording, wherever in the library it is.
public struct Passage: Sendable, Equatable {
  /// SHA-256 of the recording.
  public var recording: String
  /// The recording's name.
  public var name: String
  /// Of the recording's newest transcript.
  public var segment: Segment

  public init(recording: String, name: String, segment: Segment) {
    self.recording = recording
    self.name = name
    self.segment = segment
  }

  /// The recording's short name that people type.
  public var id: String { String(recording.prefix(12)) }
}

/// What transcripts say to a question.
public struct Answer: Sendable, Equatable {
  /// One statement, and the passages that it rests on.
  public struct Item: Sendable, Equatable {
    /// As of a comment; its citations number the passages that were read.
    public var item: CommentItem
    /// In the order in which they were read.
    public var sources: [Passage]
  }

  /// Those whose quotes were said.
  public var items: [Item]
  /// Those whose quotes were not.
  public var unproven: [Item]
  /// Whether the items are sentences of the transcripts, word for word.
  public var method: Comment.Method
  /// Who answers, as in a comment.
  public var model: String
  /// As in a comment.
  public var engine: String
  /// Share in 0...1 of the passages that the model has read whole.
  public var coverage: Double
  /// Passages that were given to it.
  public var passages: Int
}
