import CommentCore
import Foundation

/// One logical file given as one or more part files in order, mapped and never read whole.
struct PartedFile {
  let path: String
  let count: Int
  private let parts: [(start: Int, data: Data)]

  init(_ urls: [URL]) throws {
    var parts: [(start: Int, data: Data)] = []
    var count = 0
    for url in urls {
      let data: Data
      do {
        data = try Data(contentsOf: url, options: .alwaysMapped)
      } catch {
        throw CommentBotError(
          .modelMissing, "read", url.path, cause: error.localizedDescription, hint: "commentbot models pull base")
      }
      parts.append((count, data))
      count += data.count
    }
    self.parts = parts
    self.count = count
    path = urls.first?.path ?? ""
  }

  /// A file of these bytes alone, named like the file that they come from.
  init(slice: Data, path: String) {
    parts = [(0, slice)]
    count = slice.count
    self.path = path
  }

  /// The bytes of the range, copied; a range that leaves the file throws `modelDamaged`.
  func bytes(_ range: Range<Int>) throws -> Data {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw damaged("it ends too early")
    }
    var result = Data(capacity: range.count)
    for part in parts {
      let wanted = range.clamped(to: part.start..<part.start + part.data.count)
      guard !wanted.isEmpty else { continue }
      let from = part.data.startIndex + wanted.lowerBound - part.start
      result.append(part.data[from..<from + wanted.count])
    }
    return result
  }

  func damaged(_ cause: String) -> CommentBotError {
    // What was pulled is known by its hash, and is not read with a wrong one: this is a file of the person's own.
    CommentBotError(
      .modelDamaged, "read", path, cause: cause, hint: "get the file again, then: commentbot models import FILE")
  }
}

/// Reads little-endian numbers and strings one after the other; leaving the file throws `modelDamaged`.
struct PartedFileReader {
  let file: PartedFile
  private(set) var offset = 0

  init(_ file: PartedFile) {
    self.file = file
  }

  mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws -> T {
    let bytes = try take(MemoryLayout<T>.size)
    return T(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: T.self) })
  }

  mutating func take(_ count: Int) throws -> Data {
    try file.bytes(try skip(count))
  }

  /// Passes over `count` bytes and says where they are.
  mutating func skip(_ count: Int) throws -> Range<Int> {
    guard count >= 0, count <= file.count - offset else { throw file.damaged("it ends too early") }
    defer { offset += count }
    return offset..<offset + count
  }
}
