/// Which comments are wanted, and how.
public struct CommentPlan: Sendable, Equatable {
  /// Each once, in the order in which they are shown; none leaves comments out.
  public var kinds: [CommentKind]
  /// What holds for all of them.
  public var options: CommentaryOptions

  public init(kinds: [CommentKind], options: CommentaryOptions = .none) {
    self.kinds = kinds
    self.options = options
  }
}
