import CWhisper
import CommentCore

/// What one run of encoder and decoder over up to 30 s has given. Times are hundredths of a second of what was heard.
struct HeardChunk {
  struct Segment {
    var start: Int
    var end: Int
    var tokens: [whisper_token_data]
  }

  var segments: [Segment]
  var noSpeechProb: Double
  /// All text of the chunk, to judge whether it repeats itself.
  var text: String
  var temperature: Double
  /// ``avgLogprob`` of the first attempt. Later ones, at higher temperatures, only look surer: libwhisper takes their
  /// log-probabilities from the distribution that the temperature has sharpened or flattened.
  var firstLogprob: Double?

  /// As openai-whisper has it: the sum over the tokens, divided by their number and one for the end of the text.
  var avgLogprob: Double { Self.avgLogprob(segments.flatMap(\.tokens)) }

  static func avgLogprob(_ tokens: [whisper_token_data]) -> Double {
    tokens.reduce(0) { $0 + Double($1.plog) } / Double(tokens.count + 1)
  }

  /// Whether the model most likely invented the text: it thinks that there is no speech and is not sure of the words.
  func isDoubtful(_ options: TranscriptionOptions) -> Bool {
    noSpeechProb > options.noSpeechThreshold && isUnlikely(options)
  }

  /// Whether the model was not sure of the words.
  func isUnlikely(_ options: TranscriptionOptions) -> Bool {
    (firstLogprob ?? avgLogprob) < options.logprobThreshold
  }

  func repeatsItself(_ options: TranscriptionOptions) -> Bool {
    text.compressionRatio > options.compressionRatioThreshold || text.hasRunOfOneWord
      || segments.flatMap { $0.tokens.map(\.id) }.endsInLoop
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
