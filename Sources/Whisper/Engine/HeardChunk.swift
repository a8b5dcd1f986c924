import CommentCore

/// What one run of encoder and decoder over up to 30 s has given. Times are hundredths of a second of what was heard.
struct HeardChunk: Codable, Equatable {
  struct Segment: Codable, Equatable {
    var start: Int
    var end: Int
    var text: String
    /// Of the text and of what stands between, such as times.
    var tokens: [Int]
    var avgLogprob: Double
    /// The tokens of the text, or the words of a service that tells no tokens; empty where nobody tells or
    /// needs their times.
    var timed: [HeardToken]
    /// The tokens of the text, when the options ask for them.
    var tokenLogprobs: [TokenLogprob]?
  }

  var segments: [Segment]
  var noSpeechProb: Double
  /// All text of the chunk, to judge whether it repeats itself.
  var text: String
  var temperature: Double
  /// As openai-whisper has it: the sum over the tokens, divided by their number and one for the end of the text.
  var avgLogprob: Double
  /// ``avgLogprob`` of the first attempt. Later ones, at higher temperatures, only look surer: libwhisper takes their
  /// log-probabilities from the distribution that the temperature has sharpened or flattened.
  var firstLogprob: Double?

  static func avgLogprob(_ logprobs: [Double]) -> Double { logprobs.reduce(0, +) / Double(logprobs.count + 1) }

  /// Whether the model most likely invented the text: it thinks that there is no speech and is not sure of the words.
  /// Where speech was not looked for, a loop is no better, however sure it is of it.
  func isDoubtful(_ options: TranscriptionOptions) -> Bool {
    noSpeechProb > options.noSpeechThreshold && (isUnlikely(options) || (!options.vadFilter && loops(options)))
  }

  /// Whether the model was not sure of the words.
  func isUnlikely(_ options: TranscriptionOptions) -> Bool {
    (firstLogprob ?? avgLogprob) < options.logprobThreshold
  }

  /// Whether there is reason to hear it again: the model may be in a loop, or somebody says a word five times.
  func repeatsItself(_ options: TranscriptionOptions) -> Bool { loops(options) || text.hasRunOfOneWord }

  /// Whether the model is caught in a loop: so much is not said again by people.
  func loops(_ options: TranscriptionOptions) -> Bool {
    text.compressionRatio > options.compressionRatioThreshold || segments.flatMap(\.tokens).endsInLoop
  }

  /// Characters a second: 300 words a minute have 27.
  static let fastestSpeech = 30.0

  /// Whether a segment says more than anybody could before the speech ends, in hundredths of a second.
  func runsOver(_ end: Int) -> Bool {
    segments.contains { Double($0.text.count) * 100 > Self.fastestSpeech * Double(end - $0.start) }
  }

  /// Whether a search with more beams may find better words.
  var isUnsure: Bool { !segments.isEmpty && avgLogprob < Self.unsureLogprob }

  /// Speech that the model knows well lies above it: the median of recorded English prompts is -0.3.
  private static let unsureLogprob = -0.4

  /// openai-whisper's rule: the text repeats itself, or the model is not sure of it though there is speech.
  func needsFallback(_ options: TranscriptionOptions) -> Bool {
    if segments.isEmpty || isDoubtful(options) { return false }
    return repeatsItself(options) || avgLogprob < options.logprobThreshold
  }
}
