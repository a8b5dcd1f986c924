import CommentCore
import Foundation

/// Tells text that stands for a sound, such as `[BLANK_AUDIO]`, `(music)` or `♪`, from speech.
enum NonSpeechText {
  /// What tells of sounds within a sentence: all in square brackets and between notes, and in round brackets or between
  /// asterisks what names a sound. All else in round brackets was said.
  static func sounds(in text: String) -> [Range<String.Index>] {
    // As literals in properties they could not be shared between threads.
    let marked = text.ranges(of: #/\s?(?:\[[^\]]*\]|【[^】]*】|♪[^♪]*♪)[.,!?]?/#)
    let bracketed = text.ranges(of: #/\s?(?:\([^()]{1,60}\)|（[^（）]{1,60}）|\*[^*]{1,60}\*)[.,!?]?/#)
    return (marked + bracketed.filter { namesSound(text[$0]) }).sorted { $0.lowerBound < $1.lowerBound }
      .reduce(into: []) { sounds, range in
        if sounds.last.map({ $0.upperBound <= range.lowerBound }) ?? true { sounds.append(range) }
      }
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

  private static func namesSound(_ text: Substring) -> Bool {
    let words = text.lowercased().split { !$0.isLetter }
    return words.count <= 5 && words.contains { word in stems.contains { word.hasPrefix($0) } }
  }

  /// Beginnings of the words that subtitles name sounds by.
  private static let stems = [
    // English
    "music", "applau", "laugh", "cough", "sneez", "sigh", "gasp", "grunt", "groan", "scream", "sob", "sniff", "clap",
    "cheer", "chuckl", "giggl", "humming", "whistl", "beep", "ringing", "silence", "inaudible", "unintelligible",
    "indistinct", "noise", "static", "clears", "blank",
    // Spanish, Portuguese, Italian, French, German
    "música", "musica", "aplaus", "risa", "riso", "risat", "applaus", "musique", "applaud", "rire", "musik", "lach",
    "gelächter", "beifall", "husten", "silencio", "tose",
    // Japanese, Chinese, Korean, Russian
    "音楽", "拍手", "笑", "音乐", "音樂", "掌声", "음악", "박수", "웃음", "музык", "аплод", "смех",
  ]
}
