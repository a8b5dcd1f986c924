public import CommentCore

/// What an engine has to know of a window besides its samples; a whisper service of CommentBot is asked with the same.
public struct WindowRequest: Codable, Sendable, Equatable {
  /// The field of a form that holds it as JSON.
  public static let field = "commentbot_window"
  /// Of this form; a service that understands another is asked as any other server.
  public static let version = 1

  /// How to decode it.
  public var options: TranscriptionOptions
  /// ISO 639-1 code; nil asks which language is spoken, and for nothing else.
  public var language: String?
  /// Samples at the end in which nobody speaks.
  public var quietTail: Int
  /// Whether it is one phrase of a window that is heard again.
  public var isPhrase: Bool
  /// Tokens of the window before, for ``CommentCore/TranscriptionOptions/conditionOnPreviousText``.
  public var context: [Int]

  init(
    options: TranscriptionOptions, language: String?, quietTail: Int = 0, isPhrase: Bool = false, context: [Int] = []
  ) {
    self.options = options
    self.language = language
    self.quietTail = quietTail
    self.isPhrase = isPhrase
    self.context = context
  }
}

/// What an engine has heard of a window.
public struct WindowReply: Codable, Sendable, Equatable {
  var heard: [HeardChunk]?
  /// By ISO 639-1 code, in 0...1; those of all languages, or of the only one that the model knows.
  var languageProbabilities: [String: Double]?
}

extension WindowRequest {
  /// For the window after the given one. Text in another language is no context, nor is one from so high a temperature
  /// that it may be wrong.
  init(
    of window: AudioWindow, options: TranscriptionOptions, language: String, after previous: TranscriptionWindow?
  ) {
    self.init(options: options, language: language, quietTail: window.quietTail, isPhrase: window.isPhrase)
    guard options.conditionOnPreviousText, let previous, previous.language == language,
      previous.segments.allSatisfy({ $0.temperature <= 0.5 })
    else { return }
    context = previous.segments.flatMap(\.tokens)
  }
}
