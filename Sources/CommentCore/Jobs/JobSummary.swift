public import Foundation

/// A job in a list: where it is, without all that it was asked to do and has made.
public struct JobSummary: Codable, Sendable, Equatable {
  /// As in ``Job``.
  public var id: String
  /// What is to be done.
  public var kind: Job.Kind
  /// Where it is.
  public var state: Job.State
  /// The audio's name, for people.
  public var name: String
  /// SHA-256 of the audio, 64 hexadecimal digits.
  public var audioHash: String
  /// The batch that it belongs to.
  public var batch: String?
  /// Higher ones go first.
  public var priority: Int
  /// Attempts that count so far.
  public var attempt: Int
  /// Whether somebody wants a running one to stop.
  public var isCancelRequested: Bool
  /// What the worker does.
  public var stage: PipelineEvent.Stage?
  /// How much of that is done, in 0...1.
  public var progress: Double
  /// When it was submitted.
  public var created: Date
  /// When it came to its final state.
  public var finished: Date?
  /// Why the last attempt failed.
  public var lastError: CommentBotError?

  public init(
    id: String, kind: Job.Kind, state: Job.State, name: String, audioHash: String, batch: String?, priority: Int,
    attempt: Int, isCancelRequested: Bool, stage: PipelineEvent.Stage?, progress: Double, created: Date,
    finished: Date?, lastError: CommentBotError?
  ) {
    (self.id, self.kind, self.state, self.name, self.audioHash) = (id, kind, state, name, audioHash)
    (self.batch, self.priority, self.attempt) = (batch, priority, attempt)
    (self.isCancelRequested, self.stage, self.progress) = (isCancelRequested, stage, progress)
    (self.created, self.finished, self.lastError) = (created, finished, lastError)
  }

  enum CodingKeys: String, CodingKey {
    case id, kind, state, name, audioHash, batch, priority, attempt, stage, progress, created, finished, lastError
    case isCancelRequested = "cancelRequested"
  }
}
