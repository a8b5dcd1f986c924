import CommentCore

/// Tells text that stands for a sound, such as `[BLANK_AUDIO]`, `(music)` or `♪`, from speech.
enum NonSpeechText {
  /// What tells of sounds within a sentence: all in square brackets, and up to three words in lower case in round ones or
  /// between asterisks. Names and numbers in round brackets were said.
  static func sounds(in text: String) -> [Range<String.Index>] {
    // As a literal in a property it could not be shared between threads.
    text.ranges(of: #/\s?(?:\[[^\]]*\]|【[^】]*】|\((?:\p{Ll}+\s?){1,3}\)|\*(?:\p{Ll}+\s?){1,3}\*)[.,!?]?/#)
  }

  /// Why the whole text is no speech; nil when some of it is.
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
