/// A source of audio, identified by the SHA-256 of its bytes, whatever its name and place.
public struct Recording: Codable, Sendable, Equatable {
  /// SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
  public var sha256: String
  /// The file's base name without its extension.
  public var name: String
  /// The absolute path where it was last seen; `-` for standard input.
  public var path: String
  /// Size in bytes.
  public var byteCount: Int
  /// What the container and the decoded audio say.
  public var facts: AudioFacts

  public init(sha256: String, name: String, path: String, byteCount: Int, facts: AudioFacts) {
    self.sha256 = sha256
    self.name = name
    self.path = path
    self.byteCount = byteCount
    self.facts = facts
  }

  /// The short name that people type: the first 12 digits of ``sha256``.
  public var id: String { String(sha256.prefix(12)) }

  /// What people call it: the title in the container's tags, otherwise the file's name.
  public var title: String { facts.tags["title"] ?? name }
}

/// What the container and the decoded audio say of themselves.
public struct AudioFacts: Codable, Sendable, Equatable {
  /// FFmpeg's name of the demuxer, such as `mp3` or `matroska,webm`.
  public var container: String
  /// FFmpeg's name of the audio codec, such as `aac`.
  public var codec: String
  /// Sample rate of the source in Hz.
  public var sampleRate: Int
  /// Channels of the source.
  public var channels: Int
  /// Length of the decoded audio in seconds.
  public var duration: Double
  /// Seconds of silence that stand for gaps in the presentation times and for frames that could not be decoded.
  public var filledSeconds: Double
  /// Seconds that the file's header declares beyond what the file holds: it was cut off. 0 when nothing is missing.
  public var missingSeconds: Double
  /// Tags of the container, such as `title`.
  public var tags: [String: String]

  public init(
    container: String, codec: String, sampleRate: Int, channels: Int, duration: Double, filledSeconds: Double = 0,
    missingSeconds: Double = 0, tags: [String: String] = [:]
  ) {
    self.container = container
    self.codec = codec
    self.sampleRate = sampleRate
    self.channels = channels
    self.duration = duration
    self.filledSeconds = filledSeconds
    self.missingSeconds = missingSeconds
    self.tags = tags
  }
}
