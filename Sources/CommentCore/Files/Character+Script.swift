/// What laying out text needs to know of a character, by Unicode's properties and blocks alone.
extension Character {
  /// 2 for characters that East Asian fonts draw twice as wide as Latin letters, and for emoji.
  var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if first.value < 0x1100 { return 1 }
    if first.properties.isEmojiPresentation { return 2 }
    return Self.wide.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// Whether the character belongs to a script that puts no spaces between words: Chinese, Japanese, Thai, Lao,
  /// Burmese and Khmer.
  var isUnspaced: Bool {
    guard let value = unicodeScalars.first?.value, value >= 0x0E00 else { return false }
    return Self.unspaced.contains { $0.contains(value) }
  }

  var isHiragana: Bool { unicodeScalars.first.map { (0x3041...0x309F).contains($0.value) } ?? false }

  /// Whether no line may end here: opening brackets and quotes, and vowels that are written before their consonant.
  var bindsToNext: Bool {
    guard let first = unicodeScalars.first else { return false }
    switch first.properties.generalCategory {
    case .openPunctuation, .initialPunctuation: return true
    default: return (0x0E40...0x0E44).contains(first.value) || (0x0EC0...0x0EC4).contains(first.value)
    }
  }

  /// Whether no line may begin here: closing marks, small kana, signs that lengthen or repeat what is before them.
  var bindsToPrevious: Bool {
    guard let first = unicodeScalars.first else { return false }
    switch first.properties.generalCategory {
    case .closePunctuation, .finalPunctuation, .modifierLetter, .nonspacingMark, .spacingMark: return true
    case .otherPunctuation: return !"¿¡\"'#&*@/\\".contains(self)
    default: return "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ".contains(self)
    }
  }

  /// The blocks of Unicode's East Asian Width W and F.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
    0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  private static let unspaced: [ClosedRange<UInt32>] = [
    0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0x303E, 0x3041...0x30FF, 0x31F0...0x31FF,
    0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF61...0xFF9F, 0x20000...0x3FFFD,
  ]
}
