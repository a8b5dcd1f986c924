public import Foundation

/// Where jobs are kept and handed out: one protocol for SQLite, and for a database that many machines share.
///
/// Every method is one transaction. A worker holds a job by its lease, a random id that every write of the worker
/// names: what a worker writes whose lease was given to another one changes nothing. All methods throw
/// ``CommentBotError``.
public protocol JobStore: Sendable {
  /// Takes a job, or finds the one of this owner that does the same and has not failed. What was found belongs to the
  /// batch as well. One that ended without all of its comments, and one that only commented, are not found but done
  /// again.
  /// - Throws: ``CommentBotError`` with code `conflict` when the idempotency key was used for another order, `notFound`
  ///   when the batch is not there.
  func submit(_ submission: JobSubmission) async throws -> (job: Job, isNew: Bool)

  /// Hands out the next job: by priority, then fairly between owners.
  func claim(by worker: String) async throws -> ClaimedJob?

  /// Says that the worker lives, what it does, and what happened.
  func heartbeat(_ lease: Lease, _ pulse: JobPulse) async throws -> HeartbeatAnswer

  /// Ends an attempt.
  /// - Returns: false when the lease is lost; then nothing was written.
  func finish(_ lease: Lease, _ outcome: JobOutcome) async throws -> Bool

  /// All running jobs with their heartbeats, for ``Reaper``.
  func pulses() async throws -> [LeasePulse]

  /// Takes a job from a worker whose pulse has not changed since.
  /// - Returns: false when it has.
  func expire(_ pulse: LeasePulse) async throws -> Bool

  /// Cancels a job: a queued one at once, a running one as soon as its worker hears of it.
  /// - Throws: ``CommentBotError`` with code `notFound`.
  func cancel(_ id: String, owner: String) async throws -> Job

  /// Takes a failed or cancelled job up again, with all its attempts.
  /// - Throws: ``CommentBotError`` with code `notFound`, `usage` when it is neither, or `conflict` when another one
  ///   does the same.
  func retry(_ id: String, owner: String) async throws -> Job

  /// Removes all jobs of an owner on a recording, with their events; workers that are at one find their lease lost.
  /// - Returns: how many there were.
  func forget(audioHash: String, owner: String) async throws -> Int

  /// Removes what has served its time: events but those of states, of jobs that ended before the first time; jobs that
  /// ended before the second one; and batches made before that one without jobs.
  func prune(events: Date, jobs: Date) async throws -> JobPruning

  /// The job with the given id.
  /// - Throws: ``CommentBotError`` with code `notFound`, also for another owner's.
  func job(_ id: String, owner: String) async throws -> Job

  /// What an owner's newest job on this audio reads, with the usual options; nil when he has none.
  /// - Parameter audioHash: SHA-256 of the audio.
  func source(ofAudio audioHash: String, owner: String) async throws -> JobOrder?

  /// Jobs, the newest first.
  func jobs(_ filter: JobFilter) async throws -> [JobSummary]

  /// The job with the given id and the attempts at it, the first one first.
  /// - Throws: ``CommentBotError`` with code `notFound`, also for another owner's.
  func history(of id: String, owner: String) async throws -> JobHistory

  /// Events after the given one, of one job, of a batch's jobs, or of all.
  func events(of subject: JobEventSubject, after sequence: Int64, limit: Int) async throws -> [JobEvent]

  /// The number of the newest event of all jobs; 0 when there is none.
  func newestEvent() async throws -> Int64

  /// Makes an empty batch.
  func makeBatch(name: String?, owner: String) async throws -> JobBatch

  /// The batch with the given id.
  /// - Throws: ``CommentBotError`` with code `notFound`, also for another owner's.
  func batch(_ id: String, owner: String) async throws -> JobBatch

  /// Batches, the newest first.
  /// - Parameter before: only those made before the batch with this id.
  func batches(owner: String, before: String?, limit: Int) async throws -> [JobBatch]

  /// Figures over all owners, for metrics and diagnosis.
  func counts() async throws -> JobCounts

  /// Jobs of an owner that are queued or running, counted up to a limit: no more need to be looked at.
  func depth(owner: String, upTo limit: Int) async throws -> Int
}

/// A job to take.
public struct JobSubmission: Sendable {
  /// Whose it is.
  public var owner: String
  /// What is to be done.
  public var kind: Job.Kind
  /// With what, how, and who is told of its end.
  public var order: JobOrder
  /// Higher ones go first.
  public var priority: Int
  /// Attempts before it is given up, at least 1.
  public var maxAttempts: Int
  /// The batch to add it to.
  public var batch: String?
  /// Repeating a submission with the same key does not make another job.
  public var idempotencyKey: String?
  /// Versions of what computes: with others the same order is another job.
  public var version: String

  public init(
    owner: String, kind: Job.Kind = .process, order: JobOrder, priority: Int = 0, maxAttempts: Int = 5,
    batch: String? = nil, idempotencyKey: String? = nil, version: String = ""
  ) {
    self.owner = owner
    self.kind = kind
    self.order = order
    self.priority = priority
    self.maxAttempts = maxAttempts
    self.batch = batch
    self.idempotencyKey = idempotencyKey
    self.version = version
  }
}

/// The right to work on a job, and to end it.
public struct Lease: Sendable, Equatable, Hashable {
  /// The job's id.
  public var job: String
  /// 128 random bits, in hexadecimal.
  public var id: String

  public init(job: String, id: String) {
    self.job = job
    self.id = id
  }
}

/// A job and the right to work on it.
public struct ClaimedJob: Sendable {
  /// As it was when it was handed out.
  public var job: Job
  /// Named by everything that the worker writes.
  public var lease: Lease
}

/// What a worker tells with a heartbeat.
public struct JobPulse: Sendable {
  /// What the worker does.
  public var stage: PipelineEvent.Stage?
  /// How much of that is done, in 0...1.
  public var progress: Double
  /// What happened since the last one: kinds and JSON objects.
  public var events: [(kind: JobEvent.Kind, data: String)]

  public init(stage: PipelineEvent.Stage? = nil, progress: Double = 0, events: [(JobEvent.Kind, String)] = []) {
    self.stage = stage
    self.progress = progress
    self.events = events.map { (kind: $0.0, data: $0.1) }
  }
}

/// What a worker is told at a heartbeat.
public enum HeartbeatAnswer: Sendable, Equatable {
  /// The job is this worker's.
  case goOn
  /// Stop, and end with ``JobOutcome/cancelled``.
  case cancel
  /// The job is another worker's by now: stop, and write nothing.
  case lost
}

/// How an attempt ends.
public enum JobOutcome: Sendable {
  /// What it has made.
  case succeeded(JobResult)
  /// Worth trying again after a while, if attempts are left.
  case retry(CommentBotError)
  /// A server is away: tried again after a while, without costing an attempt.
  case snooze(CommentBotError)
  /// Hopeless.
  case failed(CommentBotError)
  /// Somebody did not want it any more.
  case cancelled
  /// The worker is to stop: the attempt is given back.
  case shutdown
}

/// A running job's heartbeat, as it stands in the store.
public struct LeasePulse: Sendable, Equatable, Hashable {
  /// Whose heartbeat it is.
  public var lease: Lease
  /// Grows with each heartbeat.
  public var beat: Int64
}

/// Which jobs to list.
public struct JobFilter: Sendable {
  /// nil lists those of all owners, for operators.
  public var owner: String?
  /// Empty for all.
  public var states: Set<Job.State>
  /// Only those of this batch.
  public var batch: String?
  /// Only those on this recording.
  public var audioHash: String?
  /// Only those that are older than the job with this id.
  public var before: String?
  /// At most 1,000.
  public var limit: Int

  public init(
    owner: String?, states: Set<Job.State> = [], batch: String? = nil, audioHash: String? = nil,
    before: String? = nil, limit: Int = 50
  ) {
    self.owner = owner
    self.states = states
    self.batch = batch
    self.audioHash = audioHash
    self.before = before
    self.limit = limit
  }
}

/// Whose events are read.
public enum JobEventSubject: Sendable, Equatable {
  /// Of the job with this id.
  case job(String)
  /// Of all jobs of the batch with this id.
  case batch(String)
  /// Of all jobs of all owners.
  case all
}

/// Jobs that were submitted together.
public struct JobBatch: Sendable, Equatable {
  /// UUID version 7.
  public var id: String
  /// Whose it is.
  public var owner: String
  /// For people.
  public var name: String?
  /// When it was made.
  public var created: Date
  /// How many of its jobs are in each state.
  public var counts: [Job.State: Int]

  /// Whether all its jobs have come to an end.
  public var isFinished: Bool { counts.allSatisfy { $0.key.isFinal || $0.value == 0 } }
}

/// Figures of the whole queue.
public struct JobCounts: Sendable, Equatable {
  /// How many jobs are in each state; states without any may be absent.
  public var states: [Job.State: Int]
  /// Seconds that the job has waited that may run and has waited longest; nil when none waits.
  public var oldestWait: Double?
}

/// What a pruning has removed.
public struct JobPruning: Sendable, Equatable {
  /// Events of jobs that are still there.
  public var events = 0
  /// Jobs with all their events.
  public var jobs = 0
  /// Batches without jobs.
  public var batches = 0
}
