/// A segment, or the part of one that fits into a window, as the model gets to see it.
struct TranscriptPiece: Sendable, Equatable {
  /// The segment's id in the transcript.
  let segment: Int
  /// Characters of the segment's quoted text before this piece.
  let offset: Int
  /// Part of the segment's quoted text; borders keep their space, so that the pieces add up to the whole.
  let text: String
  /// Who speaks, quoted; nil where speakers are not told apart.
  let speaker: String?

  init(segment: Int, speaker: String? = nil, offset: Int = 0, text: String) {
    self.segment = segment
    self.speaker = speaker
    self.offset = offset
    self.text = text
  }

  /// The segments that have something to read.
  static func pieces(of transcript: Transcript) -> [TranscriptPiece] {
    transcript.segments.compactMap { segment in
      let text = CommentaryText.quoted(segment.text)
      return text.isEmpty
        ? nil
        : TranscriptPiece(
          segment: segment.id, speaker: segment.speaker.map(CommentaryText.quoted), text: text)
    }
  }

  /// The line of the prompt: `[12] A: Hello.`
  var line: String { "[\(segment)] \(SegmentText.label(speaker))\(text)\n" }

  /// Characters of the segment's quoted text that this piece holds.
  var characters: Range<Int> { offset..<offset + text.count }

  /// Two halves, parted after the last space of the first half, or at a character where words are not spaced;
  /// nil when there is nothing left to part.
  func halved() -> (TranscriptPiece, TranscriptPiece)? {
    let characters = Array(text)
    guard characters.count > 1 else { return nil }
    var cut = characters.count / 2
    if let space = characters[..<cut].lastIndex(of: " "), space > 0 { cut = space + 1 }
    return (
      TranscriptPiece(segment: segment, speaker: speaker, offset: offset, text: String(characters[..<cut])),
      TranscriptPiece(segment: segment, speaker: speaker, offset: offset + cut, text: String(characters[cut...]))
    )
  }
}
