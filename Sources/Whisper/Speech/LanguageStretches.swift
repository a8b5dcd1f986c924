import CommentCore

/// Parts a window where the language changes, so that each part is decoded in its own.
///
/// A change is found where somebody pauses: between the pieces of a window. Pieces that are too short to tell stay with
/// their neighbours.
struct LanguageStretches {
  /// Less speech than this is not enough to tell the language, in samples: 3 s.
  static let shortest = 48_000
  /// A language less likely than this is a guess: the one before goes on.
  static let leastProbability = 0.5

  /// Samples without speech at the end of a piece.
  let quietTail: (Range<Int>) -> Int

  /// Windows that follow each other without gaps and answer for what the window answered for.
  /// - Parameters:
  ///   - heard: the language of each of the window's ``groups(_:)``; nil where nobody can tell.
  ///   - before: the language of the speech before the window.
  func parts(
    of window: AudioWindow, heard: [SpokenLanguage?], after before: SpokenLanguage?
  ) -> [(window: AudioWindow, language: SpokenLanguage)] {
    var stretches: [(pieces: [Range<Int>], language: SpokenLanguage)] = []
    for (group, spoken) in zip(Self.groups(window.pieces), heard) {
      let last = stretches.last?.language ?? before
      guard var language = spoken ?? last ?? heard.lazy.compactMap(\.self).first else { return [] }
      if let probability = language.probability, probability < Self.leastProbability, let last {
        language = SpokenLanguage(
          code: last.code, probability: language.votes?.first { $0.language == last.code }?.probability,
          votes: language.votes)
      }
      if let index = stretches.indices.last, stretches[index].language.code == language.code {
        stretches[index].pieces += group
      } else {
        stretches.append((group, language))
      }
    }
    return stretches.indices.map { index in
      let (pieces, language) = stretches[index]
      let start = index == 0 ? window.range.lowerBound : Self.border(stretches[index - 1].pieces, pieces)
      let isLast = index + 1 == stretches.count
      let end = isLast ? window.range.upperBound : Self.border(pieces, stretches[index + 1].pieces)
      let tail = isLast ? window.quietTail : pieces.last.map(quietTail) ?? 0
      return (AudioWindow(range: start..<end, pieces: pieces, quietTail: tail), language)
    }
  }

  /// Consecutive pieces that are long enough together.
  static func groups(_ pieces: [Range<Int>]) -> [[Range<Int>]] {
    var groups: [[Range<Int>]] = []
    var short: [Range<Int>] = []
    for piece in pieces {
      short.append(piece)
      if piece.count >= shortest {
        if short.count > 1, !groups.isEmpty {
          groups[groups.count - 1] += short.dropLast()
          short = [piece]
        }
      } else if short.reduce(0, { $0 + $1.count }) < shortest {
        continue
      }
      groups.append(short)
      short = []
    }
    if short.isEmpty { return groups }
    if groups.isEmpty { return [short] }
    groups[groups.count - 1] += short
    return groups
  }

  /// The middle of the pause between two stretches.
  private static func border(_ left: [Range<Int>], _ right: [Range<Int>]) -> Int {
    ((left.last?.upperBound ?? 0) + (right.first?.lowerBound ?? 0)) / 2
  }
}
