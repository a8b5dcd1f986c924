import CommentCore

/// Tells text that stands for a sound, such as `[BLANK_AUDIO]`, `(music)` or `♪`, from speech.
enum NonSpeechText {
  /// Why the text is no speech; nil when it is.
  static func reason(_ text: String) -> DroppedSpan.Reason? {
    var closing: Character?
    for character in text {
      if let wanted = closing {
        if character == wanted { closing = nil }
      } else if let wanted = brackets[character] {
        closing = wanted
      } else if character.isLetter || character.isNumber {
        return nil
      }
    }
    // An open bracket that is never closed may hide speech.
    return closing == nil || text.allSatisfy { !$0.isLetter && !$0.isNumber } ? .nonSpeechToken : nil
  }

  private static let brackets: [Character: Character] = ["[": "]", "(": ")", "*": "*", "♪": "♪", "【": "】", "（": "）"]
}
