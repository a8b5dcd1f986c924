/// How to transcribe. Names and defaults are openai-whisper's where both have the option.
///
/// All of it enters the transcript's key. An option that is added is optional, so that the keys of transcripts made
/// without it stay the same.
public struct TranscriptionOptions: Codable, Sendable, Equatable {
  /// What the text is to be.
  public enum Task: String, Codable, Sendable, CaseIterable {
    /// Text in the spoken language.
    case transcribe
    /// Text in English.
    case translate
  }

  /// Write what is said, or translate it.
  public var task: Task = .transcribe
  /// ISO 639-1 code; nil detects it.
  public var language: String?
  /// Starting temperature in 0...1; 0 is deterministic.
  public var temperature: Double = 0
  /// Added at each fallback; 0 never falls back.
  public var temperatureIncrement: Double = 0.2
  /// Candidates when the temperature is above 0.
  public var bestOf: Int = 5
  /// Beams when the temperature is 0; 1 is greedy. Nil is greedy first, and five beams where that is unsure.
  public var beamSize: Int?
  /// openai-whisper's `length_penalty`; nil divides by the length.
  public var lengthPenalty: Double?
  /// Text given to the model before every window: names and spelling.
  public var initialPrompt: String?
  /// Words to expect, given to the model before every window, after ``initialPrompt``; more than there is room for are
  /// refused.
  public var hotwords: String?
  /// Gives the previous window's text to the next: more consistent, but a repeat can spread.
  public var conditionOnPreviousText: Bool = false
  /// Falls back to a higher temperature above this compression ratio.
  public var compressionRatioThreshold: Double = 2.4
  /// Falls back to a higher temperature below this mean log-probability.
  public var logprobThreshold: Double = -1
  /// With a log-probability below its threshold, a no-speech probability above this drops the segment.
  public var noSpeechThreshold: Double = 0.6
  /// Gives every word its times.
  public var wordTimestamps: Bool = false
  /// Finds speech first and transcribes only that.
  public var vadFilter: Bool = true
  /// Only these clips are transcribed: start, end, start, end and so on in rising seconds; without the last end to the
  /// end of the audio. nil transcribes all.
  public var clipTimestamps: [Double]?
  /// Without ``vadFilter``: silences of more seconds than this are not heard, because text in them is mostly invented.
  public var hallucinationSilenceThreshold: Double?
  /// Transcribes each channel by itself, with a speaker of its own; nil mixes them.
  public var splitChannels: Bool?
  /// Decides the language for each stretch of speech; nil decides it once for all of the audio.
  public var multilingual: Bool?
  /// Tells of each token how likely it was; nil tells nothing.
  public var tokenLogprobs: Bool?

  public init() {}

  /// Whether an engine has to know when each word is spoken: to tell it, or to let speakers take turns at the right
  /// places.
  public var needsTokenTimes: Bool { wordTimestamps || splitChannels == true }
}
