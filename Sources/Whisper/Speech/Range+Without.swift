extension Range<Int> {
  /// What lies outside ranges that are in order, apart and within this one.
  func without(_ ranges: [Range<Int>]) -> [Range<Int>] {
    let starts = [lowerBound] + ranges.map(\.upperBound)
    let ends = ranges.map(\.lowerBound) + [upperBound]
    return zip(starts, ends).filter { $0 < $1 }.map { $0..<$1 }
  }
}
