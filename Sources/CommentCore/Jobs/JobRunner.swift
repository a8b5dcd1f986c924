/// Does the work of jobs.
public protocol JobRunner: Sendable {
  /// Does a job's work; cancelling the task stops it. What it keeps of it names the lease.
  /// - Parameter news: told what happens meanwhile, for those who watch the job.
  /// - Throws: what ``JobOutcome/init(of:)`` tells the ends of attempts from; `CancellationError`.
  func run(_ claimed: ClaimedJob, telling news: JobNews) async throws -> JobResult
}

extension JobOutcome {
  /// How an attempt ends whose work threw the error, without having been asked to stop.
  public init(of error: any Error) {
    let cause =
      error as? CommentBotError ?? CommentBotError(.engine, "finish", "the job", cause: "\(error)")
    switch cause.code {
    // Nothing that waiting would mend.
    case .usage, .configuration, .unreadableAudio, .inputMissing, .modelMissing, .modelDamaged, .contextExceeded,
      .notFound, .conflict, .refused, .backupDamaged:
      self = .failed(cause)
    // Nothing is wrong with the job.
    case .unreachable: self = .snooze(cause)
    case .engine, .badReply, .cutOff, .busy, .serverError, .diskFull, .permission, .io, .database, .databaseNewer,
      .cancelled:
      self = .retry(cause)
    }
  }

  /// Why the attempt failed.
  public var error: CommentBotError? {
    switch self {
    case .retry(let error), .snooze(let error), .failed(let error): error
    case .succeeded, .cancelled, .shutdown: nil
    }
  }
}
