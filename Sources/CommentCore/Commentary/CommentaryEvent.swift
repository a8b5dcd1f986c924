/// What happens while comments are being written, for progress on a terminal.
public enum CommentaryEvent: Sendable, Equatable {
  /// The model starts to read a window of the transcript for a kind. `done` of `total` such readings are over.
  case reading(kind: String, done: Int, total: Int)
  /// The model starts to combine that many partial items into fewer.
  case combining(kind: String, items: Int)
  /// The next piece of the model's answer as it writes it: JSON, not yet checked. Escape it before showing it.
  case text(String)
  /// The answer could not be used, or not be proven, and the model is asked once more. What was streamed of it is void.
  case repairing(kind: String, cause: String)
  /// The items could not be combined; those of the windows are kept as they are.
  case uncombined(kind: String, cause: String)
  /// So many items were left out, because the words that they rest on were not said.
  case unproven(kind: String, items: Int)
  /// The model gave nothing that is proven: the items are the most central sentences instead, word for word.
  case extracted(kind: String, items: Int)
}
