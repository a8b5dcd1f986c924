import CommentCore
import Foundation

/// What `process --json` prints for each file on one line. data/doc/PROGRAMS.md documents it: keep both the same.
struct ProcessJSON: Encodable {
  struct Item: Encodable {
    var id: String
    var name: String
    /// nil where others would see it.
    var path: String?
    var sha256: String
    var duration: Double
    /// When it came to its owner; of one that a server shows.
    var created: Date?
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
    /// nil where others would see it.
    var folder: String?
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
    let recording = outcome.recording
    self.recording = Item(
      id: recording.id, name: recording.name, path: recording.path, sha256: recording.sha256,
      duration: recording.facts.duration)
    transcript = TranscriptBody(outcome.transcript, folder: outcome.folder)
    comments = outcome.comments.map { CommentBody($0, showsUnproven: showsUnproven) }
    report = outcome.report
    error = outcome.commentFailure.map(Failure.init)
    file = outcome.commentFailure.map { _ in recording.path }
  }

  /// What a server shows: the places of files are its own affair.
  init(_ owned: OwnedRecording, showsUnproven: Bool) {
    let recording = owned.recording
    self.recording = Item(
      id: recording.id, name: recording.name, sha256: recording.sha256, duration: recording.facts.duration,
      created: owned.created)
    transcript = owned.transcript.map { TranscriptBody($0.transcript, folder: nil) }
    comments = owned.comments.map { CommentBody($0, showsUnproven: showsUnproven) }
    report = owned.transcript.map { ProcessReport(reusing: $0.transcript) }
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

extension ProcessJSON.TranscriptBody {
  init(_ transcript: Transcript, folder: String?) {
    self.init(
      folder: folder, language: transcript.language.isEmpty ? nil : transcript.language,
      languageProbability: transcript.languageProbability, languages: transcript.languages,
      engine: transcript.engine, model: transcript.model, text: transcript.text,
      segments: transcript.segments.map {
        .init(
          id: $0.id, start: $0.start, end: $0.end, text: $0.text, language: $0.language, speaker: $0.speaker,
          avgLogprob: $0.avgLogprob.ifFinite, noSpeechProb: $0.noSpeechProb.ifFinite,
          compressionRatio: $0.compressionRatio.ifFinite,
          words: $0.words)
      })
  }
}

extension ProcessJSON.CommentBody {
  init(_ comment: Comment, showsUnproven: Bool) {
    self.init(
      kind: comment.kind, engine: comment.engine, model: comment.model, isWeak: comment.isWeak,
      method: comment.method, promptDigest: comment.promptDigest, coverage: comment.coverage,
      promptTokens: comment.promptTokens, evaluatedTokens: comment.evaluatedTokens,
      outputTokens: comment.outputTokens, answers: comment.answers, unusableAnswers: comment.unusableAnswers,
      cutAnswers: comment.cutAnswers, leftOut: comment.leftOut, seconds: comment.seconds, items: comment.items,
      unprovenCount: comment.unproven.count, unproven: showsUnproven ? comment.unproven : nil)
  }
}
