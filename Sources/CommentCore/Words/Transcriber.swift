/// An engine that turns samples into segments.
public protocol Transcriber: Sendable {
  /// Who computes: enters the transcript's key, so that another model never reuses this one's work.
  var identity: EngineIdentity { get }

  /// Transcribes the audio window by window, each ending in ``TranscriptionEvent/window(_:)``, in the order of time.
  ///
  /// - Parameters:
  ///   - audio: 16 kHz mono samples.
  ///   - finished: windows of an earlier, interrupted run; only the audio after the last one is transcribed.
  /// - Returns: a stream that ends after the last window and stops the engine when it is no longer read.
  func transcribe(
    _ audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow]
  ) -> AsyncThrowingStream<TranscriptionEvent, any Error>

  /// Gives back the memory that is only kept to be quicker next time.
  func freeMemory() async
}

extension Transcriber {
  public func freeMemory() async {}
}

/// Who computes something: an engine, a model and its weights.
public struct EngineIdentity: Codable, Sendable, Equatable {
  /// `libwhisper`, `embedded`, `ollama` or the address of a service.
  public var engine: String
  /// The model's name as people know it, such as `base`.
  public var model: String
  /// SHA-256 of the weights, or the server's digest of them.
  public var digest: String

  public init(engine: String, model: String, digest: String) {
    self.engine = engine
    self.model = model
    self.digest = digest
  }
}

/// What an engine tells while it transcribes.
public enum TranscriptionEvent: Sendable {
  /// Audio up to this time, in seconds, has been dealt with.
  case progress(seconds: Double)
  /// A window is done and can be kept as a checkpoint.
  case window(TranscriptionWindow)
  /// A service does not answer as it should, and is asked again after so many seconds.
  case waiting(seconds: Double, cause: String)
}

/// A finished stretch of audio. The windows of a transcript follow each other without gaps from 0 to the end.
public struct TranscriptionWindow: Codable, Sendable, Equatable {
  /// Seconds.
  public var start: Double
  /// Seconds; the next window starts here.
  public var end: Double
  /// ISO 639-1 code that the window was decoded with; nil when it held no speech.
  public var language: String?
  /// Probability in 0...1 when the language was detected.
  public var languageProbability: Double?
  /// The most likely languages, the likeliest first, when the language was detected.
  public var languages: [LanguageProbability]?
  /// In the order of time; ids count within the window.
  public var segments: [Segment]
  /// What is not in the segments, and why, in the order of time.
  public var dropped: [DroppedSpan]

  public init(
    start: Double, end: Double, language: String?, languageProbability: Double?,
    languages: [LanguageProbability]? = nil, segments: [Segment], dropped: [DroppedSpan]
  ) {
    self.start = start
    self.end = end
    self.language = language
    self.languageProbability = languageProbability
    self.languages = languages
    self.segments = segments
    self.dropped = dropped
  }
}
