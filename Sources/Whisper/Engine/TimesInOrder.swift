import CommentCore

/// Something with a beginning and an end, in seconds.
protocol HasTimes {
  var start: Double { get set }
  var end: Double { get set }
}

extension Segment: HasTimes {}
extension Word: HasTimes {}

extension Array where Element: HasTimes {
  /// The same elements within the bounds, one behind the other, none without length as far as there is room. Times that
  /// are so already stay as they are.
  /// - Parameters:
  ///   - bounds: seconds.
  ///   - shortest: seconds that each has at least.
  func inOrder(within bounds: ClosedRange<Double>, shortest: Double) -> Self {
    let step = Swift.min(shortest, (bounds.upperBound - bounds.lowerBound) / Double(Swift.max(1, count)))
    var position = bounds.lowerBound
    return enumerated().map { index, element in
      // Room for those that follow.
      let latest = bounds.upperBound - Double(count - index) * step
      var placed = element
      placed.start = Swift.max(bounds.lowerBound, Swift.min(Swift.max(element.start, position), latest))
      placed.end = Swift.min(Swift.max(element.end, placed.start + step), Swift.max(placed.start, latest + step))
      position = placed.end
      return placed
    }
  }
}
