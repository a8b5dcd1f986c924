/// What happens while a comment is being written, for progress on a terminal.
public enum CommentaryEvent: Sendable, Equatable {
  /// The model starts to read a window of the transcript; the first is 1. The number of windows grows when one is split.
  case window(Int, of: Int)
  /// The model starts to combine that many partial items into fewer.
  case combining(items: Int)
  /// The next piece of the model's answer as it writes it: JSON, not yet checked. Escape it before showing it.
  case text(String)
  /// The answer could not be used, and the model is asked once more. What was streamed of it is void.
  case repairing(cause: String)
  /// The items could not be combined; those of the windows are kept as they are.
  case uncombined(cause: String)
  /// So many items of a weak model were left out, because the words that they hold were not said.
  case unsupported(items: Int)
  /// A weak model gave nothing that was said: the items are the most central segments instead, word for word.
  case extracted(items: Int)
}
