import Foundation

/// Where an attempt's outcome takes a job: the arrows of ``Job/State``, decided without a database or a clock.
struct JobEnding: Equatable {
  var state: Job.State
  /// What the attempt's row says.
  var end: JobAttempt.End
  /// Attempts that count from now on.
  var attempt: Int
  /// Workers that died over it.
  var crashes: Int
  /// When a queued one may run.
  var runAt: Date
  var error: CommentBotError?

  /// What stands in the job's row when its attempt ends.
  struct Standing {
    var attempt: Int
    var maxAttempts: Int
    var crashes: Int
    var maxCrashes: Int
    var isCancelRequested: Bool
  }

  /// - Parameter random: in 0...1.
  init(_ outcome: JobOutcome, of job: Standing, at now: Date, backoff: JobBackoff, random: Double) {
    self.init(.succeeded, .succeeded, job, now)
    switch outcome {
    case .succeeded: return
    case .retry(let cause):
      error = cause
      if job.attempt >= job.maxAttempts {
        (state, end) = (.failed, .failed)
      } else {
        (state, end) = (.queued, .retry)
        runAt += backoff.delay(afterAttempt: job.attempt, random: random)
      }
    case .snooze(let cause):
      (state, end, error) = (.queued, .snooze, cause)
      attempt -= 1
      runAt += backoff.snoozeDelay(random: random)
    case .failed(let cause): (state, end, error) = (.failed, .failed, cause)
    case .cancelled: (state, end) = (.cancelled, .cancelled)
    case .shutdown:
      (state, end) = (.queued, .shutdown)
      attempt -= 1
    }
    // What nobody wants is not tried again.
    if job.isCancelRequested { (state, end) = (.cancelled, .cancelled) }
  }

  /// The worker died or lost its lease.
  init(expiryOf job: Standing, at now: Date) {
    self.init(.queued, .expired, job, now)
    crashes += 1
    error = CommentBotError(
      .engine, "finish", "the job", cause: "its worker stopped without a word, \(crashes) of \(job.maxCrashes) times",
      hint: "look at the worker's log and the machine's memory, then: commentbot jobs retry ID")
    if job.isCancelRequested {
      state = .cancelled
    } else if crashes >= job.maxCrashes {
      state = .failed
    }
  }

  private init(_ state: Job.State, _ end: JobAttempt.End, _ job: Standing, _ now: Date) {
    (self.state, self.end, runAt) = (state, end, now)
    (attempt, crashes) = (job.attempt, job.crashes)
  }
}
