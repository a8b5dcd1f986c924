/// Breaks a transcript into the units of subtitles, in order, with times that never run backwards.
///
/// A unit's times are its word's. Where there are no word times they are interpolated over the segment by characters;
/// what takes longer than 0.15 seconds a column is taken for silence after the text, through which a subtitle may stay.
struct SubtitleUnits {
  private(set) var units: [SubtitleUnit] = []
  private let slowest = 0.15
  private let duration: Double
  private let lineColumns: Int
  private var last = 0.0

  /// - Parameter lineColumns: that a line may have.
  init(_ transcript: Transcript, lineColumns: Int) {
    self.lineColumns = lineColumns
    duration = transcript.duration.isFinite && transcript.duration > 0 ? transcript.duration : .infinity
    var position: Int?
    for segment in transcript.segments {
      let isTurn = segment.speaker != nil && position.map { segment.id > $0 + 1 } ?? false
      position = segment.id
      let first = units.count
      for run in runs(of: segment) { add(run) }
      guard first < units.count else { continue }
      if !units[first].isTimed { units[units.count - 1].latestEnd = max(last, min(segment.end, duration)) }
      units[first].beginsSegment = true
      units[first].beginsTurn = isTurn
    }
    joinLonePunctuation()
  }

  /// A text without white space, and the times of its scalars.
  private struct Run {
    var text = String.UnicodeScalarView()
    var times: [(start: Double, end: Double)] = []
    var isFirst: Bool
    var isTimed: Bool
  }

  private func runs(of segment: Segment) -> [Run] {
    var runs: [Run] = []
    var isOpen = false
    for piece in SegmentText.pieces(segment) {
      let scalars = Array(piece.text.unicodeScalars)
      let columns = scalars.map { PythonText.isSpace($0) ? 0 : Double(Character($0).columns) }
      let whole = max(1, columns.reduce(0, +))
      var length = piece.end - piece.start
      if !piece.isTimed { length = min(length, whole * slowest) }
      var position = 0.0
      for (scalar, width) in zip(scalars, columns) {
        let start = piece.start + length * position / whole
        position += width
        if PythonText.isSpace(scalar) {
          isOpen = false
          continue
        }
        if !isOpen { runs.append(Run(isFirst: runs.isEmpty, isTimed: piece.isTimed)) }
        isOpen = true
        runs[runs.count - 1].text.append(scalar)
        runs[runs.count - 1].times.append((start, piece.start + length * position / whole))
      }
    }
    return runs
  }

  private mutating func add(_ run: Run) {
    var index = 0
    var before: Character?
    for character in String(run.text) {
      let count = character.unicodeScalars.count
      let (start, end) = (time(run.times[index].start), time(run.times[index + count - 1].end))
      index += count
      if let before, !canBreak(between: before, and: character) {
        units[units.count - 1].text.append(character)
        units[units.count - 1].columns += character.columns
        units[units.count - 1].end = end
        units[units.count - 1].latestEnd = end
      } else {
        // Segments follow each other without spaces only in scripts that have none.
        let joins = run.isFirst && character.isUnspaced && units.last?.text.last?.isUnspaced == true
        units.append(
          SubtitleUnit(
            text: String(character), columns: character.columns, start: start, end: end, latestEnd: end,
            hasSpace: before == nil && !joins, isTimed: run.isTimed))
      }
      before = character
    }
  }

  /// Whether a line may end between two characters without a space.
  private func canBreak(between left: Character, and right: Character) -> Bool {
    guard left.isUnspaced || right.isUnspaced else { return false }
    // A run of punctuation that fills a line is broken all the same.
    if let unit = units.last, unit.columns + right.columns > lineColumns { return true }
    return !left.bindsToNext && !right.bindsToPrevious && !(left.isNumber && right.isUnspaced)
  }

  /// The time within the audio, not before the last one; what is no number is the last one.
  private mutating func time(_ seconds: Double) -> Double {
    last = seconds.isFinite ? max(last, min(seconds, duration)) : last
    return last
  }

  /// A bracket or a mark that stands alone, such as in `« oui »`, stays on the line of its word.
  private mutating func joinLonePunctuation() {
    units = units.reduce(into: []) { units, unit in
      if let last = units.last, unit.isClosing || last.isOpening, !ReadableSubtitles.isApart(last, unit),
        last.columns + unit.columns < lineColumns
      {
        units[units.count - 1].text += (unit.hasSpace ? " " : "") + unit.text
        units[units.count - 1].columns += (unit.hasSpace ? 1 : 0) + unit.columns
        units[units.count - 1].end = unit.end
        units[units.count - 1].latestEnd = unit.latestEnd
      } else {
        units.append(unit)
      }
    }
  }
}
