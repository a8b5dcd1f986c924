/// A stretch of audio that is decoded in one go: what the engine hears of it, and how its times map back.
struct AudioWindow: Hashable {
  /// Samples of the audio that the window answers for. Windows follow each other without gaps.
  var range: Range<Int>
  /// The parts with speech, in order and apart; the silence between them is not heard.
  var pieces: [Range<Int>]
  /// Samples at the end of what is heard in which nobody speaks. A chunk of nothing else must not be decoded: the model
  /// would make something up.
  var quietTail = 0
  /// Whether it is one phrase of a window that is heard again.
  var isPhrase = false

  /// Samples that the engine hears.
  var heardCount: Int { pieces.reduce(0) { $0 + $1.count } }

  /// The parts of the window that the engine does not hear.
  var silences: [Range<Int>] { range.without(pieces) }

  /// Where a heard sample lies in the audio. At a joint, an end belongs to the piece before, a start to the one after.
  func position(ofHeard heard: Int, isEnd: Bool) -> Int {
    var before = 0
    for piece in pieces {
      let offset = heard - before
      if offset < piece.count || (isEnd && offset == piece.count) { return piece.lowerBound + max(0, offset) }
      before += piece.count
    }
    return pieces.last?.upperBound ?? range.upperBound
  }

  /// Heard samples at which a silence of more samples than that was left out.
  func joints(longerThan silence: Int) -> [Int] {
    var heard = 0
    return zip(pieces, pieces.dropFirst()).compactMap { piece, next in
      heard += piece.count
      return next.lowerBound - piece.upperBound > silence ? heard : nil
    }
  }

  /// The rest of the window from a sample on; nil when nothing is left.
  func after(_ sample: Int) -> AudioWindow? {
    guard sample < range.upperBound else { return nil }
    guard sample > range.lowerBound else { return self }
    let rest = sample..<range.upperBound
    let pieces = pieces.map { $0.clamped(to: rest) }.filter { !$0.isEmpty }
    return AudioWindow(
      range: rest, pieces: pieces, quietTail: min(quietTail, pieces.last?.count ?? 0), isPhrase: isPhrase)
  }
}
