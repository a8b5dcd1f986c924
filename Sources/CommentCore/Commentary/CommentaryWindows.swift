/// Decides which pieces the model reads together. Pure, so that its borders can be tested.
enum CommentaryWindows {
  /// Parts consecutive pieces into windows.
  ///
  /// The windows cover all pieces, each begins before or where the previous one ends, and no more windows are made than
  /// are needed, evenly filled so that the last is no mere scrap.
  ///
  /// - Parameters:
  ///   - tokens: tokens of each piece.
  ///   - limit: tokens that a window may hold; only a single piece that is larger by itself exceeds it.
  ///   - overlap: tokens of the previous window's end, at the most, that a window begins with again.
  static func split(_ tokens: [Int], limit: Int, overlap: Int) -> [Range<Int>] {
    var best = filled(tokens, limit: limit, overlap: overlap)
    guard best.count > 1 else { return best }
    var (low, high) = (limit / 2, limit)
    while high - low > 1 {
      let middle = (low + high) / 2
      let candidate = filled(tokens, limit: middle, overlap: min(overlap, middle / 4))
      if candidate.count == best.count {
        (best, high) = (candidate, middle)
      } else {
        low = middle
      }
    }
    return best
  }

  /// As many pieces into each window as fit.
  private static func filled(_ tokens: [Int], limit: Int, overlap: Int) -> [Range<Int>] {
    var windows: [Range<Int>] = []
    var next = 0
    while next < tokens.count {
      var start = next
      var total = tokens[next]
      var repeated = 0
      // Context from the previous window, as long as the first new piece still fits; never the whole of it.
      while let previous = windows.last, start - 1 > previous.lowerBound, repeated + tokens[start - 1] <= overlap,
        total + tokens[start - 1] <= limit
      {
        start -= 1
        repeated += tokens[start]
        total += tokens[start]
      }
      var end = next + 1
      while end < tokens.count, total + tokens[end] <= limit {
        total += tokens[end]
        end += 1
      }
      windows.append(start..<end)
      next = end
    }
    return windows
  }
}
