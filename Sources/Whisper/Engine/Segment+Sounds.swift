import CommentCore

extension Segment {
  /// Takes out of the text, of the words and of the tokens with probabilities what tells of sounds. The segment then
  /// begins and ends with what was said.
  /// - Returns: what was taken out, with times by its place in the text.
  mutating func removeSounds() -> [DroppedSpan] {
    let sounds = NonSpeechText.sounds(in: text)
    guard !sounds.isEmpty else { return [] }
    let whole = text
    func offset(_ index: String.Index) -> Int { whole.distance(from: whole.startIndex, to: index) }
    let (begin, length) = (start, end - start)
    func time(_ offset: Int) -> Double { begin + length * Double(offset) / Double(max(1, whole.count)) }
    let offsets = sounds.map { offset($0.lowerBound)..<offset($0.upperBound) }
    if let words, words.map(\.word).joined() == whole { self.words = words.without(offsets) }
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
    if let first = offsets.first, whole.prefix(first.lowerBound).allSatisfy(\.isWhitespace) {
      start = words?.first?.start ?? time(first.upperBound)
    }
    if let last = offsets.last, whole.dropFirst(last.upperBound).allSatisfy(\.isWhitespace) {
      end = max(start, words?.last?.end ?? time(last.lowerBound))
    }
    return zip(sounds, offsets).map { range, offsets in
      DroppedSpan(
        start: time(offsets.lowerBound), end: time(offsets.upperBound), reason: .nonSpeechToken,
        text: String(whole[range]))
    }
  }
}

extension [Word] {
  /// The words without the characters at these places of their joined text; none that has nothing left to say.
  fileprivate func without(_ ranges: [Range<Int>]) -> [Word] {
    var position = 0
    return compactMap { word in
      var rest = word
      rest.word = String(
        word.word.enumerated().filter { index, _ in !ranges.contains { $0.contains(position + index) } }.map(\.element))
      position += word.word.count
      return rest.word.contains { $0.isLetter || $0.isNumber } || rest.word == word.word ? rest : nil
    }
  }
}
