/// What a run has done, and how much of it was taken from earlier work. All figures but the timings are seconds of
/// audio.
public struct ProcessReport: Codable, Sendable, Equatable {
  /// Decoded now, over all channels; 0 when the audio-cache had it.
  public var decodedSeconds: Double = 0
  /// Transcribed now, over all channels, without what lies outside the clips.
  public var transcribedSeconds: Double = 0
  /// Taken from checkpoints or from an earlier run.
  public var reusedSeconds: Double = 0
  /// Silence that stands for gaps and for frames that could not be decoded.
  public var filledSeconds: Double = 0
  /// What the file's header declares beyond what the file holds: it was cut.
  public var missingSeconds: Double = 0
  /// What is not in the transcript, and why.
  public var dropped: [DroppedSpan] = []
  /// Nil until there is a transcript.
  public var speech: SpeechCoverage?
  /// Tokens that the language model has read for the comments that were written now; nil when none were.
  public var promptTokens: Int?
  /// Tokens that it has written for them.
  public var outputTokens: Int?
  /// Wall seconds by stage.
  public var timings: [String: Double] = [:]

  public init() {}

  /// The report of a run that took all from earlier ones.
  public init(reusing transcript: Transcript) {
    reusedSeconds = transcript.duration
    tell(of: transcript)
  }

  mutating func tell(of transcript: Transcript) {
    dropped = transcript.dropped
    speech = SpeechCoverage(of: transcript)
  }
}
