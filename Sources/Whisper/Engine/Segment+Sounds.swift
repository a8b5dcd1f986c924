import CommentCore

extension Segment {
  /// Takes out of the text, of the words and of the tokens with probabilities what tells of sounds.
  /// - Returns: what was taken out, with times by its place in the text.
  mutating func removeSounds() -> [DroppedSpan] {
    let sounds = NonSpeechText.sounds(in: text)
    guard !sounds.isEmpty else { return [] }
    let whole = text
    func offset(_ index: String.Index) -> Int { whole.distance(from: whole.startIndex, to: index) }
    func time(_ offset: Int) -> Double { start + (end - start) * Double(offset) / Double(max(1, whole.count)) }
    let offsets = sounds.map { offset($0.lowerBound)..<offset($0.upperBound) }
    if let words, words.map(\.word).joined() == whole {
      var position = 0
      self.words = words.filter { word in
        defer { position += word.word.count }
        return !offsets.contains { $0.overlaps(position..<position + max(1, word.word.count)) }
      }
    }
    if let tokens = tokenLogprobs, tokens.flatMap(\.bytes) == Array(whole.utf8) {
      let bytes = sounds.map { sound in
        let start = whole.utf8.distance(from: whole.startIndex, to: sound.lowerBound)
        return start..<start + whole[sound].utf8.count
      }
      var position = 0
      tokenLogprobs = tokens.filter { token in
        defer { position += token.bytes.count }
        return !bytes.contains { $0.overlaps(position..<position + max(1, token.bytes.count)) }
      }
    }
    for range in sounds.reversed() { text.removeSubrange(range) }
    return zip(sounds, offsets).map { range, offsets in
      DroppedSpan(
        start: time(offsets.lowerBound), end: time(offsets.upperBound), reason: .nonSpeechToken,
        text: String(whole[range]))
    }
  }
}
