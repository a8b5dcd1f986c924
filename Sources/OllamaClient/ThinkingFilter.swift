/// Removes a leading `<think>…</think>` from a stream of text: some models think aloud although they were told not to.
struct ThinkingFilter {
  private enum Phase { case start, thinking, answer }
  private var phase = Phase.start
  private var pending = ""

  /// The part of the text so far that is answer and was not returned yet.
  mutating func append(_ text: String) -> String {
    if phase == .answer { return text }
    pending += text
    if phase == .start {
      let trimmed = pending.drop { $0.isWhitespace }
      if trimmed.hasPrefix("<think>") {
        phase = .thinking
        pending = String(trimmed.dropFirst("<think>".count))
      } else if !"<think>".hasPrefix(trimmed) {
        phase = .answer
        return take(pending)
      }
    }
    if phase == .thinking, let end = pending.firstRange(of: "</think>") {
      phase = .answer
      return take(String(pending[end.upperBound...].drop { $0.isWhitespace }))
    }
    return ""
  }

  /// What was held back although the answer ends here: text that only began like a thought.
  mutating func finish() -> String {
    phase == .start ? take(pending) : ""
  }

  private mutating func take(_ text: String) -> String {
    pending = ""
    return text
  }
}
