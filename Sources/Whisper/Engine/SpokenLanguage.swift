import CWhisper
import CommentCore

/// The language that speech is decoded in.
struct SpokenLanguage {
  /// libwhisper's number of the language.
  let number: Int32
  /// ISO 639-1 code.
  let code: String
  /// In 0...1; nil when the language was given.
  var probability: Double?
  /// What it was chosen from; nil when the language was given.
  var votes: [LanguageProbability]?

  init(code: String, probability: Double? = nil, votes: [LanguageProbability]? = nil) {
    self.code = code
    number = whisper_lang_id(code)
    self.probability = probability
    self.votes = votes
  }

  /// That of a finished window; nil when it held no speech.
  init?(_ window: TranscriptionWindow) {
    guard let code = window.language else { return nil }
    self.init(code: code, probability: window.languageProbability, votes: window.languages)
  }

  /// The likeliest; nil when there is none.
  init?(_ votes: [LanguageProbability]) {
    guard let best = votes.first else { return nil }
    self.init(code: best.language, probability: best.probability, votes: votes)
  }
}
