/// The part of a file that a `Range` header asks for (RFC 9110, 14).
enum ByteRange: Equatable {
  /// The whole file: nothing is asked for, or in a way that may be passed over, such as several ranges.
  case whole
  case part(Range<Int>)
  /// There is nothing of the file in it.
  case unsatisfiable

  /// - Parameters:
  ///   - header: of the request; nil without one.
  ///   - count: bytes of the file.
  init(_ header: String?, count: Int) {
    self = header.flatMap { Self.parse($0, count) } ?? .whole
  }

  private static func parse(_ header: String, _ count: Int) -> ByteRange? {
    let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].trimmed.lowercased() == "bytes" else { return nil }
    let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false).map(\.trimmed)
    guard ends.count == 2, let first = position(ends[0]), let last = position(ends[1]) else { return nil }
    switch (first, last) {
    case (nil, nil): return nil
    // The last so many bytes.
    case (nil, let length?): return length == 0 || count == 0 ? .unsatisfiable : .part(max(0, count - length)..<count)
    case (let first?, let last):
      if let last, last < first { return nil }
      return first >= count ? .unsatisfiable : .part(first..<min(count, (last ?? count - 1) &+ 1))
    }
  }

  /// nil for what is no position; the inner nil for nothing at all.
  private static func position(_ text: String) -> Int?? {
    if text.isEmpty { return .some(nil) }
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    // What is too large for a number lies behind the end of every file.
    return min(Int(text) ?? .max - 1, .max - 1)
  }
}

extension Substring {
  fileprivate var trimmed: String { trimmingPrefix(while: \.isWhitespace).description.trimmedEnd }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
