/// Removes a leading `<think>…</think>` from a stream of text: some models think aloud although they were told not to.
/// White space before the answer goes too; what is held back never grows, however much of either there is.
struct ThinkingFilter {
  private enum Phase { case start, thinking, gap, answer }
  private var phase = Phase.start
  private var pending = ""

  /// The part of the text so far that is answer and was not returned yet.
  mutating func append(_ text: String) -> String {
    if phase == .answer { return text }
    pending += text
    if phase == .start {
      pending = String(pending.drop { $0.isWhitespace })
      if pending.hasPrefix("<think>") {
        phase = .thinking
        pending = String(pending.dropFirst("<think>".count))
      } else if !"<think>".hasPrefix(pending) {
        return answer()
      }
    }
    if phase == .thinking {
      if let end = pending.firstRange(of: "</think>") {
        phase = .gap
        pending = String(pending[end.upperBound...])
      } else {
        pending = String(pending.suffix("</think>".count - 1))
      }
    }
    if phase == .gap {
      pending = String(pending.drop { $0.isWhitespace })
      if !pending.isEmpty { return answer() }
    }
    return ""
  }

  /// What was held back although the answer ends here: text that only began like a thought.
  mutating func finish() -> String {
    phase == .start ? answer() : ""
  }

  private mutating func answer() -> String {
    phase = .answer
    defer { pending = "" }
    return pending
  }
}
