public import Foundation

/// Decoded audio in the audio-cache: 16 kHz, mono, signed 16-bit little-endian WAV, mapped and never read whole.
public struct AudioSamples: Sendable {
  /// Samples a second of everything that CommentBot transcribes.
  public static let sampleRate = 16_000
  /// Bytes before the first sample: the canonical WAV header.
  public static let headerBytes = 44

  /// The WAV file.
  public let url: URL
  /// Identifies the samples: SHA-256 of the source and the decode parameters.
  public let key: String
  /// Number of samples.
  public let count: Int
  /// Shared by all copies, so that the cache can see whether the entry is in use.
  let file: MappedFile

  /// Maps the file.
  /// - Throws: ``CommentBotError`` with code `io` when it cannot be opened or is not such a WAV file.
  public init(url: URL, key: String) throws {
    file = try MappedFile(url)
    guard file.bytes.count >= Self.headerBytes, file.bytes.starts(with: Array("RIFF".utf8)) else {
      throw CommentBotError(
        .io, "read", url.path, cause: "it is not a cached WAV file", hint: "commentbot cache --clear")
    }
    self.url = url
    self.key = key
    count = (file.bytes.count - Self.headerBytes) / 2
  }

  /// Length in seconds.
  public var duration: Double { Double(count) / Double(Self.sampleRate) }

  /// The samples of the range as numbers in -1...1; the range is clamped to the audio.
  public func floats(_ range: Range<Int>) -> [Float] {
    let range = range.clamped(to: 0..<count)
    // Hours of audio that were read once must not stay in memory.
    defer { file.release(Self.headerBytes + range.lowerBound * 2..<Self.headerBytes + range.upperBound * 2) }
    return [Float](unsafeUninitializedCapacity: range.count) { floats, filled in
      for (position, index) in range.enumerated() {
        let sample = file.bytes.loadUnaligned(fromByteOffset: Self.headerBytes + index * 2, as: Int16.self)
        floats[position] = Float(Int16(littleEndian: sample)) / 32768
      }
      filled = range.count
    }
  }
}
