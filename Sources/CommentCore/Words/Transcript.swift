/// A stretch of speech as the engine heard it. Times are seconds from the start of the audio.
public struct Segment: Codable, Sendable, Equatable {
  /// Position in the transcript, from 0.
  public var id: Int
  /// Seconds.
  public var start: Double
  /// Seconds.
  public var end: Double
  /// As Whisper writes it: with the space before its first word.
  public var text: String
  /// ISO 639-1 code.
  public var language: String?
  /// Who speaks, such as `A`; nil where speakers are not told apart.
  public var speaker: String?
  /// The engine's token ids.
  public var tokens: [Int]
  /// Sampling temperature that gave this text; above 0 after a fallback.
  public var temperature: Double
  /// Mean natural logarithm of the tokens' probabilities, 0 or less.
  public var avgLogprob: Double
  /// UTF-8 bytes of the text divided by their zlib-compressed size; above 2.4 the text repeats itself.
  public var compressionRatio: Double
  /// Probability in 0...1 that there is no speech here.
  public var noSpeechProb: Double
  /// nil unless word times were asked for.
  public var words: [Word]?
  /// The tokens of the text; nil unless ``TranscriptionOptions/tokenLogprobs`` asked for them.
  public var tokenLogprobs: [TokenLogprob]?

  public init(
    id: Int, start: Double, end: Double, text: String, language: String? = nil, speaker: String? = nil,
    tokens: [Int] = [], temperature: Double = 0, avgLogprob: Double = 0, compressionRatio: Double = 0,
    noSpeechProb: Double = 0, words: [Word]? = nil, tokenLogprobs: [TokenLogprob]? = nil
  ) {
    self.id = id
    self.start = start
    self.end = end
    self.text = text
    self.language = language
    self.speaker = speaker
    self.tokens = tokens
    self.temperature = temperature
    self.avgLogprob = avgLogprob
    self.compressionRatio = compressionRatio
    self.noSpeechProb = noSpeechProb
    self.words = words
    self.tokenLogprobs = tokenLogprobs
  }
}

/// A token of the text, and how likely the model thought it.
public struct TokenLogprob: Codable, Sendable, Equatable {
  /// UTF-8, with the space before a word; a character may be split over tokens.
  public var bytes: [UInt8]
  /// Natural logarithm of its probability, 0 or less.
  public var logprob: Double

  public init(bytes: [UInt8], logprob: Double) {
    self.bytes = bytes
    self.logprob = logprob
  }
}

/// One word of a segment, with its times in seconds.
public struct Word: Codable, Sendable, Equatable {
  /// With the space before it, and with its punctuation.
  public var word: String
  /// Seconds.
  public var start: Double
  /// Seconds.
  public var end: Double
  /// Probability in 0...1.
  public var probability: Double

  public init(word: String, start: Double, end: Double, probability: Double) {
    self.word = word
    self.start = start
    self.end = end
    self.probability = probability
  }
}

/// Audio that is not in the transcript, and why.
public struct DroppedSpan: Codable, Sendable, Equatable {
  /// Why audio is not in the transcript.
  public enum Reason: String, Codable, Sendable {
    /// Voice activity detection found no speech.
    case noSpeech = "no_speech"
    /// The engine's text was most likely invented: a low log-probability, and a high no-speech probability, a weak
    /// voice or more words than there was time for; or it had nothing to say.
    case doubtful
    /// The engine's text was caught in a loop.
    case repeated
    /// Somebody seems to speak, and the engine has no text for it.
    case unheard
    /// It stands for a sound, such as `[BLANK_AUDIO]`: a whole text, or a part of one.
    case nonSpeechToken = "non_speech_token"
    /// It lies outside the clips that were to be transcribed.
    case outsideClips = "outside_clips"
    /// Another channel has it louder: the microphone heard somebody else's speech.
    case crosstalk
  }
  /// Seconds.
  public var start: Double
  /// Seconds.
  public var end: Double
  /// Why it is left out.
  public var reason: Reason
  /// What the engine made of it.
  public var text: String?
  /// Whose channel it is; nil where speakers are not told apart.
  public var speaker: String?

  public init(start: Double, end: Double, reason: Reason, text: String? = nil, speaker: String? = nil) {
    self.start = start
    self.end = end
    self.reason = reason
    self.text = text
    self.speaker = speaker
  }
}

/// What was said, who heard it (engine, model, options) and what was left out.
public struct Transcript: Codable, Sendable, Equatable {
  /// What the transcript is computed from and with; two transcripts with the same key are interchangeable.
  public var key: String
  /// ISO 639-1 code.
  public var language: String
  /// Probability in 0...1 of the detected language; nil when the language was given.
  public var languageProbability: Double?
  /// The most likely languages, the likeliest first; nil when the language was given.
  public var languages: [LanguageProbability]?
  /// Length of the audio in seconds.
  public var duration: Double
  /// `libwhisper`, or the address of a whisper service.
  public var engine: String
  /// As people know it, such as `base`.
  public var model: String
  /// How it was made.
  public var options: TranscriptionOptions
  /// In the order of their starts.
  public var segments: [Segment]
  /// What is not in the segments, in the order of time.
  public var dropped: [DroppedSpan]

  public init(
    key: String, language: String, languageProbability: Double?, languages: [LanguageProbability]? = nil,
    duration: Double, engine: String, model: String, options: TranscriptionOptions, segments: [Segment],
    dropped: [DroppedSpan]
  ) {
    self.key = key
    self.language = language
    self.languageProbability = languageProbability
    self.languages = languages
    self.duration = duration
    self.engine = engine
    self.model = model
    self.options = options
    self.segments = segments
    self.dropped = dropped
  }

  /// Whether speakers are told apart.
  public var hasSpeakers: Bool { segments.contains { $0.speaker != nil } }

  /// Whether anything was said.
  public var hasSpeech: Bool { !segments.isEmpty }

  /// Seconds of all segments together.
  public var spokenSeconds: Double { segments.reduce(0) { $0 + $1.end - $1.start } }

  /// The segments' texts, one after the other, as openai-whisper joins them.
  public var text: String { segments.map(\.text).joined() }
}
