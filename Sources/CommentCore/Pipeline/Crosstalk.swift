/// Finds speech that a channel only has because its microphone heard somebody who speaks into another one.
///
/// The same words at the same time, clearly quieter: the louder one is where they were said.
struct Crosstalk {
  /// Share of a segment's words that the other channel must have too. Quiet speech is not always heard as it was said.
  static let leastShare = 0.6
  /// How loud the copy may be at the most, as a share of the original's level: 6 dB below.
  static let loudest = 0.5
  /// The other channel's segments may begin or end so many seconds off.
  private static let slack = 1.0

  /// The level of a stretch of a channel in seconds, in any measure that grows with the amplitude.
  let level: (_ channel: Int, _ stretch: Range<Double>) -> Double

  /// Takes the copies out of the channels.
  func remove(from channels: inout [SpokenChannel]) {
    // All are compared with what was heard, whatever is dropped meanwhile.
    let heard = channels.map { $0.segments.map(Line.init) }
    for channel in channels.indices {
      var finders = heard.indices.filter { $0 != channel }.map { Finder(channel: $0, lines: heard[$0]) }
      channels[channel].drop(.crosstalk) { segment in
        let line = Line(segment)
        return finders.indices.contains { finders[$0].has(line) && isQuieter(line, channel, finders[$0].channel) }
      }
    }
  }

  private func isQuieter(_ line: Line, _ channel: Int, _ other: Int) -> Bool {
    guard line.start < line.end else { return false }
    let stretch = line.start..<line.end
    return level(channel, stretch) < Self.loudest * level(other, stretch)
  }

  private struct Line {
    let start: Double
    let end: Double
    let words: [String]
    /// Without spaces, about which the two may not agree.
    let letters: String

    init(_ segment: Segment) {
      (start, end) = (segment.start, segment.end)
      words = CommentaryText.comparisonWords(of: segment.text)
      letters = CommentaryText.comparisonKey(segment.text)
    }
  }

  /// Looks for the words of lines that come in the order of time.
  private struct Finder {
    let channel: Int
    let lines: [Line]
    /// Lines before it have ended.
    private var first = 0

    init(channel: Int, lines: [Line]) {
      self.channel = channel
      self.lines = lines
    }

    mutating func has(_ line: Line) -> Bool {
      while first < lines.count, lines[first].end + Crosstalk.slack <= line.start { first += 1 }
      let others = lines[first...].prefix { $0.start < line.end + Crosstalk.slack }
      // "No" stands within "I know that" and is none of its words.
      if line.words.count > 2, others.map(\.letters).joined().contains(line.letters) { return true }
      var said: [String: Int] = [:]
      for word in others.flatMap(\.words) { said[word, default: 0] += 1 }
      var found = 0
      for word in line.words where said[word, default: 0] > 0 {
        said[word, default: 0] -= 1
        found += 1
      }
      return found > 0 && Double(found) >= Crosstalk.leastShare * Double(line.words.count)
    }
  }
}
