import CommentCore

/// What `process --json` prints for each file on one line. README.md documents it: keep both the same.
struct ProcessJSON: Encodable {
  struct Item: Encodable {
    var id: String
    var path: String
    var sha256: String
    var duration: Double
  }

  struct TranscriptBody: Encodable {
    struct Line: Encodable {
      var id: Int
      var start: Double
      var end: Double
      var text: String
      var language: String?
      var speaker: String?
      /// nil where a service has told none.
      var avgLogprob: Double?
      var noSpeechProb: Double?
      var compressionRatio: Double?
      var words: [Word]?
    }
    var folder: String
    /// nil when nobody speaks.
    var language: String?
    var languageProbability: Double?
    var languages: [LanguageProbability]?
    var engine: String
    var model: String
    var text: String
    var segments: [Line]
  }

  struct CommentBody: Encodable {
    var kind: String
    var engine: String
    var model: String
    var isWeak: Bool
    var method: Comment.Method
    var promptDigest: String
    var coverage: Double
    var promptTokens: Int
    var evaluatedTokens: Int?
    var outputTokens: Int
    var answers: Int
    var unusableAnswers: Int
    var cutAnswers: Int
    var leftOut: Int
    var seconds: Double
    var items: [CommentItem]
    var unprovenCount: Int
    /// With `--keep-unproven` only.
    var unproven: [CommentItem]?
  }

  struct Failure: Encodable {
    var code: String
    var message: String
    var hint: String?
  }

  var recording: Item?
  var transcript: TranscriptBody?
  var comments: [CommentBody]?
  var report: ProcessReport?
  /// The file as it was named on the command line; only beside `error`.
  var file: String?
  var error: Failure?

  init(_ outcome: ProcessOutcome, showsUnproven: Bool = false) {
    let (recording, transcript) = (outcome.recording, outcome.transcript)
    self.recording = Item(
      id: recording.id, path: recording.path, sha256: recording.sha256, duration: recording.facts.duration)
    self.transcript = TranscriptBody(
      folder: outcome.folder, language: transcript.language.isEmpty ? nil : transcript.language,
      languageProbability: transcript.languageProbability, languages: transcript.languages,
      engine: transcript.engine, model: transcript.model, text: transcript.text,
      segments: transcript.segments.map {
        .init(
          id: $0.id, start: $0.start, end: $0.end, text: $0.text, language: $0.language, speaker: $0.speaker,
          avgLogprob: $0.avgLogprob.ifFinite, noSpeechProb: $0.noSpeechProb.ifFinite,
          compressionRatio: $0.compressionRatio.ifFinite,
          words: $0.words)
      })
    comments = outcome.comments.map {
      .init(
        kind: $0.kind, engine: $0.engine, model: $0.model, isWeak: $0.isWeak, method: $0.method,
        promptDigest: $0.promptDigest, coverage: $0.coverage, promptTokens: $0.promptTokens,
        evaluatedTokens: $0.evaluatedTokens, outputTokens: $0.outputTokens, answers: $0.answers,
        unusableAnswers: $0.unusableAnswers, cutAnswers: $0.cutAnswers, leftOut: $0.leftOut, seconds: $0.seconds,
        items: $0.items,
        unprovenCount: $0.unproven.count, unproven: showsUnproven ? $0.unproven : nil)
    }
    report = outcome.report
    error = outcome.commentFailure.map(Failure.init)
    file = outcome.commentFailure.map { _ in recording.path }
  }

  init(_ error: CommentBotError, file: String) {
    self.file = file
    self.error = Failure(error)
  }

  var line: String {
    get throws { try JSONLine.of(self) }
  }
}

extension Double {
  /// JSON has no word for what is no number.
  fileprivate var ifFinite: Double? { isFinite ? self : nil }
}

extension ProcessJSON.Failure {
  init(_ error: CommentBotError) {
    self.init(
      code: error.code.rawValue, message: "cannot \(error.operation) \(error.subject): \(error.cause)",
      hint: error.remedy)
  }
}
