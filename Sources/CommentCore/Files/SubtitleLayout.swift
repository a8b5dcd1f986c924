/// Divides units that follow each other without a long pause into subtitles: of all divisions the one that costs least.
///
/// A subtitle costs something in itself, more the emptier it is, the worse the places where it ends and breaks its
/// line, the less its lines balance, and when there is too little time to read it.
struct SubtitleLayout {
  /// Columns of a line that has nothing but text.
  static let lineColumns = 42
  static let longest = 7.0
  static let shortest = 1.0
  /// Columns a second that people read with ease.
  static let readingRate = 20.0

  /// Units of one subtitle, line by line.
  typealias Lines = [Range<Int>]

  private let units: [SubtitleUnit]
  private let range: Range<Int>
  /// When the next subtitle after these units begins.
  private let nextStart: Double
  /// Columns that a line may have.
  private let lineColumns: Int
  /// Columns of all units before one, with the spaces before them.
  private var columns = [0]
  private var breaks: [Double] = []
  private var sentences = [0]

  init(_ units: [SubtitleUnit], in range: Range<Int>, nextStart: Double, lineColumns: Int) {
    self.units = units
    self.range = range
    self.nextStart = nextStart
    self.lineColumns = lineColumns
    for (index, unit) in units[range].enumerated() {
      columns.append(columns[index] + unit.columns + (unit.hasSpace ? 1 : 0))
      let quality = index > 0 ? units[range.lowerBound + index - 1].end(before: unit) : .sentence
      breaks.append(Self.cost(quality))
      sentences.append(sentences[index] + (index > 0 && quality == .sentence ? 1 : 0))
    }
  }

  /// The subtitles, in order.
  var subtitles: [Lines] {
    var best = [0.0] + Array(repeating: Double.infinity, count: range.count)
    var from: [(start: Int, split: Int?)] = Array(repeating: (0, nil), count: range.count + 1)
    for start in 0..<range.count {
      for end in start + 1...range.count {
        guard let (cost, split) = cost(from: start, to: end) else { break }
        if best[start] + cost < best[end] {
          best[end] = best[start] + cost
          from[end] = (start, split)
        }
      }
    }
    var subtitles: [Lines] = []
    var end = range.count
    while end > 0 {
      let (start, split) = from[end]
      let ends = [split, end].compactMap { $0 }
      subtitles.append(zip([start] + ends, ends).map { range.lowerBound + $0..<range.lowerBound + $1 })
      end = start
    }
    return subtitles.reversed()
  }

  // MARK: - Costs

  private static func cost(_ quality: SubtitleUnit.Break) -> Double {
    switch quality {
    case .sentence: 0
    case .clause: 4
    case .word: 12
    case .shortWord: 16
    case .inside: 36
    }
  }

  /// The cost of one subtitle and where its second line begins; nil when it does not fit.
  private func cost(from start: Int, to end: Int) -> (Double, split: Int?)? {
    let (first, last) = (unit(start), unit(end - 1))
    if end - start > 1, last.end - first.start > Self.longest { return nil }
    guard let lines = lines(from: start, to: end) else { return nil }
    let total = width(start, end)
    let slack = max(0, 1 - Double(total) / Double(2 * lineColumns))
    var cost = 4 + 10 * slack * slack + lines.cost
    // Short sentences share a subtitle, but no part of one shares it with another.
    let isWhole = breaks[start] == 0 && (end == range.count || breaks[end] == 0)
    cost += (isWhole ? 6 : 20) * (1 - slack) * Double(sentences[end] - sentences[start + 1])
    let next = end < range.count ? unit(end).start : nextStart
    if end < range.count {
      // Gaps between words below 0.2 seconds are no pauses, and estimated times have none.
      let pause = unit(end).isTimed && last.isTimed ? max(0, next - last.end - 0.2) : 0
      cost += max(0, breaks[end] - 10 * pause)
    }
    cost += min(12, 3 * max(0, last.latestEnd - first.start - Self.longest))
    let room = max(0, min(next - first.start, Self.longest))
    if room < Self.shortest { cost += 10 + 20 * (Self.shortest - room) }
    cost += min(20, max(0, Double(total) / max(room, 0.05) - Self.readingRate) / 2)
    return (cost, lines.split)
  }

  /// One line where all fits, otherwise the best two.
  private func lines(from start: Int, to end: Int) -> (cost: Double, split: Int?)? {
    if end - start == 1 || width(start, end) <= lineColumns { return (0, nil) }
    var best: (cost: Double, split: Int?)?
    for split in start + 1..<end {
      let (upper, lower) = (width(start, split), width(split, end))
      if upper > lineColumns { break }
      if lower > lineColumns { continue }
      var cost = breaks[split] / 2 + Double(abs(upper - lower)) * 0.15
      if min(upper, lower) <= 6 { cost += 10 }
      if cost < best?.cost ?? .infinity { best = (cost, split) }
    }
    return best
  }

  private func width(_ start: Int, _ end: Int) -> Int {
    columns[end] - columns[start] - (unit(start).hasSpace ? 1 : 0)
  }

  private func unit(_ index: Int) -> SubtitleUnit { units[range.lowerBound + index] }
}
