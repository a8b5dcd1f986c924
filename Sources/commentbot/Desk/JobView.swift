import CommentCore
import Foundation

/// A job as the API tells it and the commands show it.
struct JobView: Codable, Sendable, Equatable {
  struct Attempt: Codable, Sendable, Equatable {
    var number: Int
    var worker: String
    var started: Date
    var ended: Date?
    var end: JobAttempt.End?
    var error: CommentBotError?
  }

  struct Result: Codable, Sendable, Equatable {
    /// SHA-256 of the recording.
    var recording: String
    /// Why there are fewer comments than wanted.
    var commentFailure: CommentBotError?
    var transcribedSeconds: Double
    var reusedSeconds: Double
  }

  var id: String
  var kind: Job.Kind
  var state: Job.State
  var name: String
  var audioHash: String
  var byteCount: Int
  var batch: String?
  var priority: Int
  var options: JobOptions
  var callbackURL: String?
  /// Attempts that count so far.
  var attempt: Int
  var maxAttempts: Int
  var crashes: Int
  var isCancelRequested: Bool
  var stage: PipelineEvent.Stage?
  /// In 0...1.
  var progress: Double
  var created: Date
  /// Of queued ones: not before this time.
  var runAt: Date?
  var finished: Date?
  var lastError: CommentBotError?
  var result: Result?
  /// The first one first; nil where none could have been made yet.
  var attempts: [Attempt]?
  /// Paths on the server.
  var links: [String: String]

  /// Told in snake_case.
  enum CodingKeys: String, CodingKey {
    case id, kind, state, name, audioHash, batch, priority, options, attempt, maxAttempts, crashes, stage, progress
    case created, runAt, finished, lastError, result, attempts, links
    case byteCount = "bytes"
    case callbackURL = "callbackUrl"
    case isCancelRequested = "cancelRequested"
  }

  init(_ job: Job, attempts: [JobAttempt]? = nil) {
    (id, kind, state, batch, priority) = (job.id, job.kind, job.state, job.batch, job.priority)
    (name, audioHash, byteCount) = (job.order.name, job.order.audioHash, job.order.byteCount)
    (options, callbackURL) = (job.order.options, job.order.callbackURL)
    (attempt, maxAttempts, crashes) = (job.attempt, job.maxAttempts, job.crashes)
    (isCancelRequested, stage, progress) = (job.isCancelRequested, job.stage, job.progress)
    (created, finished, lastError) = (job.created, job.finished, job.lastError)
    runAt = job.state == .queued ? job.runAt : nil
    result = job.result.map {
      Result(
        recording: $0.recording, commentFailure: $0.commentFailure,
        transcribedSeconds: $0.report.transcribedSeconds, reusedSeconds: $0.report.reusedSeconds)
    }
    self.attempts = attempts?.map {
      Attempt(
        number: $0.number, worker: $0.worker, started: $0.started, ended: $0.ended, end: $0.end, error: $0.error)
    }
    let path = "/v1/jobs/\(job.id)"
    links = ["self": path, "events": path + "/events", "deliveries": path + "/deliveries"]
    links["batch"] = job.batch.map { "/v1/batches/\($0)" }
    if let recording = job.result?.recording {
      links["recording"] = "/v1/recordings/\(recording)"
      links["transcript"] = "/v1/recordings/\(recording)/transcript.json"
      links["comments"] = "/v1/recordings/\(recording)/comments.json"
    }
  }
}

/// Jobs that were submitted together, as the API tells them and the commands show them.
struct BatchView: Codable, Sendable, Equatable {
  var id: String
  var name: String?
  var created: Date
  var isFinished: Bool
  /// How many jobs are in each state; all states are there.
  var counts: [String: Int]
  /// Paths on the server.
  var links: [String: String]

  enum CodingKeys: String, CodingKey {
    case id, name, created, counts, links
    case isFinished = "finished"
  }

  init(_ batch: JobBatch) {
    (id, name, created, isFinished) = (batch.id, batch.name, batch.created, batch.isFinished)
    counts = Dictionary(uniqueKeysWithValues: Job.State.allCases.map { ($0.rawValue, batch.counts[$0] ?? 0) })
    let path = "/v1/batches/\(batch.id)"
    links = ["self": path, "events": path + "/events", "jobs": "/v1/jobs?batch=\(batch.id)"]
  }

  /// How many jobs are in that state.
  func count(_ state: Job.State) -> Int { counts[state.rawValue] ?? 0 }
  /// How many jobs there are.
  var total: Int { counts.values.reduce(0, +) }
}

extension JobView {
  init(_ history: JobHistory) {
    self.init(history.job, attempts: history.attempts)
  }

  /// For clients of the server, who are not to know where its files are.
  var withoutPaths: JobView {
    var view = self
    view.lastError = lastError?.withoutPaths
    view.result?.commentFailure = result?.commentFailure?.withoutPaths
    view.attempts = attempts?.map { attempt in
      var attempt = attempt
      attempt.error = attempt.error?.withoutPaths
      return attempt
    }
    return view
  }

  /// As lists show it.
  var summary: JobSummary {
    JobSummary(
      id: id, kind: kind, state: state, name: name, audioHash: audioHash, batch: batch, priority: priority,
      attempt: attempt, isCancelRequested: isCancelRequested, stage: stage, progress: progress, created: created,
      finished: finished, lastError: lastError)
  }
}

/// A page of a list, and where the next one begins.
struct JobPage: Codable, Sendable {
  var jobs: [JobSummary]
  /// What `cursor` takes for the next page; nil on the last one.
  var next: String?
}

/// A page of batches, and where the next one begins.
struct BatchPage: Codable, Sendable {
  var batches: [BatchView]
  /// What `cursor` takes for the next page; nil on the last one.
  var next: String?

  /// - Parameter found: one more than fit on the page tells whether there is another.
  init(_ found: [JobBatch], limit: Int) {
    batches = found.prefix(limit).map(BatchView.init)
    next = found.count > limit ? batches.last?.id : nil
  }
}
