import CommentCore

/// Finds speech of a window that its text does not account for.
///
/// Whisper now and then skips a phrase, most often one that is said twice: much voice then stands beside few words.
struct MissedSpeech {
  let activity: VoiceActivity
  /// Tokens from here on are not text.
  let endOfText: Int

  /// Tokens of text for a second of voice. Of recorded English prompts, 99 in 100 segments have more than 2.3, half
  /// have 3.5.
  private static let fewestTokens = 2.1
  /// Less voice than this may be a breath or a laugh, in samples: 1.5 s.
  private static let shortest = 24_000
  /// Less voice than this at an end of a range is the rest of a word, in samples: 250 ms.
  private static let shortestPiece = 4_000
  /// Heard alone at most, in samples: 15 s.
  private static let longestPiece = 240_000

  /// Parts of the window to listen to again, in order and apart. None begins or ends within a segment.
  func ranges(in window: AudioWindow, segments: [Segment], dropped: [DroppedSpan]) -> [Range<Int>] {
    // What was most likely invented is not made true by asking again; a loop may be.
    stretches(of: window, segments, dropped.filter { $0.reason != .repeated }).filter { stretch in
      stretch.voice >= Self.shortest && Double(stretch.tokens) < Self.fewestTokens * Self.seconds(stretch.voice)
    }.reduce(into: []) { missed, stretch in
      if let last = missed.last, last.upperBound == stretch.range.lowerBound {
        missed[missed.count - 1] = last.lowerBound..<stretch.range.upperBound
      } else {
        missed.append(stretch.range)
      }
    }
  }

  /// What stays without a text between the segments, although somebody seems to speak.
  func unheard(in window: AudioWindow, segments: [Segment], dropped: [DroppedSpan]) -> [DroppedSpan] {
    // Where there is no text at all, and nothing tells why, the shortest word is missed.
    let isSilent = segments.isEmpty && dropped.allSatisfy { $0.reason == .noSpeech }
    let shortest = isSilent ? 1 : Self.shortest
    return stretches(of: window, segments, dropped).filter { $0.isGap && $0.voice >= shortest }.flatMap { stretch in
      stretch.open.flatMap { open in window.pieces.map { $0.clamped(to: open) } }.filter { voiced($0, of: window) > 0 }
        .map { DroppedSpan(start: Self.seconds($0.lowerBound), end: Self.seconds($0.upperBound), reason: .unheard) }
    }
  }

  private struct Stretch {
    var range: Range<Int>
    /// Whether no segment stands there.
    var isGap: Bool
    /// Of text.
    var tokens: Int
    /// Parts of the range that are not dropped.
    var open: [Range<Int>]
    /// Samples of these parts in which somebody speaks.
    var voice: Int
  }

  /// The segments of the window and what lies between them, in order.
  private func stretches(of window: AudioWindow, _ segments: [Segment], _ dropped: [DroppedSpan]) -> [Stretch] {
    let settled = Self.merged(dropped.map { Self.samples($0.start)..<Self.samples($0.end) })
    func stretch(_ range: Range<Int>, isGap: Bool, tokens: Int) -> Stretch {
      let open = range.without(settled.map { $0.clamped(to: range) }.filter { !$0.isEmpty })
      return Stretch(
        range: range, isGap: isGap, tokens: tokens, open: open, voice: open.reduce(0) { $0 + voiced($1, of: window) })
    }
    var stretches: [Stretch] = []
    var position = window.range.lowerBound
    for segment in segments {
      let (start, end) = (max(position, Self.samples(segment.start)), Self.samples(segment.end))
      stretches.append(stretch(position..<start, isGap: true, tokens: 0))
      stretches.append(stretch(start..<max(start, end), isGap: false, tokens: textTokens([segment])))
      position = max(start, end)
    }
    let rest = min(position, window.range.upperBound)..<window.range.upperBound
    return stretches + [stretch(rest, isGap: true, tokens: 0)]
  }

  /// The ranges in order and apart.
  static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
    ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
  }

  /// The part of the window as windows of their own, one for each phrase.
  func phrases(of range: Range<Int>, in window: AudioWindow) -> [AudioWindow] {
    let pieces = window.pieces.map { $0.clamped(to: range) }.filter { voiced($0, of: window) >= Self.shortestPiece }
    var planner = WindowPlanner()
    planner.capacity = Self.longestPiece
    return pieces.flatMap { piece in
      planner.windows(
        speech: [piece], probabilities: activity.probabilities, frameLength: VoiceActivityModel.frameLength,
        count: piece.upperBound
      ).map { phrase in
        var phrase = phrase.after(piece.lowerBound) ?? phrase
        phrase.isPhrase = true
        return phrase
      }
    }
  }

  func textTokens(_ segments: [Segment]) -> Int {
    segments.reduce(0) { $0 + $1.tokens.count { $0 < endOfText } }
  }

  /// Samples of what is heard of the window in which somebody speaks.
  private func voiced(_ range: Range<Int>, of window: AudioWindow) -> Int {
    window.pieces.reduce(0) { $0 + activity.voiced(in: $1.clamped(to: range)) }
  }

  private static func samples(_ seconds: Double) -> Int { Int((seconds * Double(AudioSamples.sampleRate)).rounded()) }
  private static func seconds(_ samples: Int) -> Double { Double(samples) / Double(AudioSamples.sampleRate) }
}
