/// A recording with everything that CommentBot knows of it after a run.
public struct ProcessOutcome: Sendable {
  /// What was processed.
  public var recording: Recording
  /// Absolute path of the result folder.
  public var folder: String
  /// What was said.
  public var transcript: Transcript
  /// Of the kinds that were wanted, in their order.
  public var comments: [Comment]
  /// What was done.
  public var report: ProcessReport
  /// Why commenting failed; the transcript is whole and stored all the same.
  public var commentFailure: CommentBotError?

  /// Whether nothing had to be computed, nor failed.
  public var isFromEarlier: Bool {
    commentFailure == nil && report.timings["transcribe"] == nil && report.timings["comment"] == nil
  }

  public init(
    recording: Recording, folder: String, transcript: Transcript, comments: [Comment], report: ProcessReport,
    commentFailure: CommentBotError? = nil
  ) {
    self.recording = recording
    self.folder = folder
    self.transcript = transcript
    self.comments = comments
    self.report = report
    self.commentFailure = commentFailure
  }
}
