import Foundation

/// Writes 16 kHz mono 16-bit samples as a WAV file with the canonical header of 44 bytes.
///
/// Owns the descriptor and a buffer; the file is incomplete until ``finish()``. The descriptor is locked, so that
/// other processes can tell a file in the making from a leftover.
struct WAVWriter: ~Copyable {
  let url: URL
  /// Samples written so far.
  private(set) var count = 0
  private var descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  private var filled = 0

  /// - Throws: ``CommentBotError`` with code `permission`, `diskFull` or `io`.
  init(_ url: URL) throws {
    self.url = url
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", url.path) }
    flock(descriptor, LOCK_EX | LOCK_NB)
    Self.header(samples: 0).withUnsafeBytes { buffer.copyMemory(from: $0) }
    filled = AudioSamples.headerBytes
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    buffer.deallocate()
  }

  mutating func append(_ samples: UnsafeBufferPointer<Int16>) throws {
    count += samples.count
    var rest = UnsafeRawBufferPointer(samples)[...]
    while !rest.isEmpty {
      let part = rest.prefix(buffer.count - filled)
      // Both supported processor families are little-endian, as WAV is.
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
      filled += part.count
      rest = rest.dropFirst(part.count)
      if filled == buffer.count { try flush() }
    }
  }

  mutating func appendSilence(_ samples: Int) throws {
    var rest = samples
    let zeros = [Int16](repeating: 0, count: min(rest, 1 << 16))
    while rest > 0 {
      let part = min(rest, zeros.count)
      try zeros[..<part].withUnsafeBufferPointer { try append($0) }
      rest -= part
    }
  }

  /// Writes the header and everything to the disk.
  mutating func finish() throws {
    try flush()
    let header = Self.header(samples: count)
    let written = header.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard written == header.count, fsync(descriptor) == 0 else {
      throw CommentBotError(errno: errno, "write", url.path)
    }
  }

  private mutating func flush() throws {
    var offset = 0
    while offset < filled {
      let written = write(descriptor, buffer.baseAddress?.advanced(by: offset), filled - offset)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw CommentBotError(errno: errno, "write", url.path) }
      offset += written
    }
    filled = 0
  }

  /// The RIFF WAVE header; sizes beyond 32 bits are written as 0xFFFFFFFF, as FFmpeg and SoX do for streams.
  static func header(samples: Int) -> [UInt8] {
    let rate = UInt32(AudioSamples.sampleRate)
    let bytes = samples * 2
    var header: [UInt8] = []
    func number<Number: FixedWidthInteger>(_ value: Number) {
      withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) }
    }
    header += Array("RIFF".utf8)
    number(UInt32(clamping: bytes + AudioSamples.headerBytes - 8))
    header += Array("WAVEfmt ".utf8)
    number(UInt32(16))  // bytes of the format that follows
    number(UInt16(1))  // linear PCM
    number(UInt16(1))  // channels
    number(rate)
    number(rate * 2)  // bytes a second
    number(UInt16(2))  // bytes a sample
    number(UInt16(16))  // bits a sample
    header += Array("data".utf8)
    number(UInt32(clamping: bytes))
    return header
  }
}
