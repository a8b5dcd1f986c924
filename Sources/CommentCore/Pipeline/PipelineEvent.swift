/// What a pipeline tells while it works on one recording, for progress bars and event logs.
public enum PipelineEvent: Sendable {
  /// The steps of a run, in their order.
  public enum Stage: String, Sendable, Codable, CaseIterable {
    /// The source is read and hashed.
    case hash
    /// Audio is decoded into the cache; left out when it is there.
    case decode
    /// Speech becomes text.
    case transcribe
    /// Files and rows are written.
    case store
    /// The language model reads the transcript and writes about it.
    case comment
  }

  /// A stage begins. The detail says on what.
  case stage(Stage, detail: String?)
  /// Done and total in the stage's own measure: seconds of audio, or parts of the text for each kind of comment.
  case progress(Stage, done: Double, total: Double)
  /// A window is transcribed and kept; of one channel, where speakers are told apart.
  case window(TranscriptionWindow, speaker: String?)
  /// The language model writes, not yet checked: a kind begins, or the next piece of its JSON. Escape it before showing
  /// it.
  case writing(kind: String?, text: String?)
  /// The comment of that kind stays as that model wrote it, because what would write now only stands in for one.
  case kept(kind: String, model: String)
  /// The items of a long recording's parts stand one after the other, because the model could not combine them.
  case uncombined(kind: String, cause: String)
  /// The comment of that kind is there; the model has read and written so many tokens for it.
  case written(kind: String, promptTokens: Int, outputTokens: Int)
  /// Seconds of audio that an earlier run has transcribed already.
  case resumed(seconds: Double)
  /// A service does not answer as it should, and is asked again after so many seconds.
  case waiting(seconds: Double, cause: String)
}
