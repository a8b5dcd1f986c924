import Foundation

/// A file in memory, for reading. It stays readable after the file is deleted.
///
/// `@unchecked`: the memory is never written, and stays mapped for as long as this object is there.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// - Throws: ``CommentBotError`` with code `io` or `permission`.
  init(_ url: URL) throws {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "read", url.path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw CommentBotError(errno: errno, "read", url.path) }
    let count = Int(info.st_size)
    // Nothing cannot be mapped.
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let memory = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw CommentBotError(errno: errno, "read", url.path)
    }
    bytes = UnsafeRawBufferPointer(start: memory, count: count)
  }

  deinit {
    if let memory = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: memory), bytes.count) }
  }

  /// The system may map more than the page that was asked for: whole blocks are given back. In bytes.
  private static let block = 1 << 21

  /// Gives the memory around these bytes back; they are read from the file again when they are needed.
  func release(_ range: Range<Int>) {
    guard let memory = bytes.baseAddress, !range.isEmpty else { return }
    let start = range.lowerBound / Self.block * Self.block
    let end = min(bytes.count, (range.upperBound + Self.block - 1) / Self.block * Self.block)
    madvise(UnsafeMutableRawPointer(mutating: memory + start), end - start, MADV_DONTNEED)
  }
}
