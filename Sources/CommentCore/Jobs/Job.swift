public import Foundation

/// Something to do to a recording, kept until it is done.
public struct Job: Sendable, Equatable {
  /// Where a job is on its way.
  ///
  ///     queued ──claim──▶ running ──▶ succeeded
  ///       ▲                  │ ├─ retry (the attempt and its error are kept, run_at later) ─▶ queued
  ///       │                  │ ├─ snooze (a server is away: the attempt is given back) ─────▶ queued
  ///       └──── shutdown ◀───┘ ├─ failed (unreadable audio at once; attempts spent; three crashes)
  ///         (attempt given     └─ cancelled
  ///          back)
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Waits for a worker, or for its ``Job/runAt``.
    case queued
    /// A worker holds its lease.
    case running
    /// Its result is there.
    case succeeded
    /// Given up; ``JobStore/retry(_:owner:)`` takes it up again.
    case failed
    /// Somebody did not want it any more.
    case cancelled

    /// Whether nothing more happens by itself.
    public var isFinal: Bool { self != .queued && self != .running }
  }

  /// What is to be done.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Decode, transcribe, comment.
    case process
    /// Comment on a transcript that is there.
    case comment
  }

  /// UUID version 7: ids sort by the time of their making.
  public var id: String
  /// Whose it is: nobody else sees it.
  public var owner: String
  /// What is to be done.
  public var kind: Kind
  /// With what, how, and who is told of its end.
  public var order: JobOrder
  /// The batch that it belongs to.
  public var batch: String?
  /// Where it is.
  public var state: State
  /// Higher ones go first.
  public var priority: Int
  /// Not before this time.
  public var runAt: Date
  /// Attempts that count so far.
  public var attempt: Int
  /// Attempts before it is given up.
  public var maxAttempts: Int
  /// Workers that died over it.
  public var crashes: Int
  /// Whether somebody wants a running one to stop.
  public var isCancelRequested: Bool
  /// What the worker does.
  public var stage: PipelineEvent.Stage?
  /// How much of that is done, in 0...1.
  public var progress: Double
  /// Why the last attempt failed.
  public var lastError: CommentBotError?
  /// When it was submitted.
  public var created: Date
  /// When it came to its final state.
  public var finished: Date?
  /// What it has made; of succeeded ones only.
  public var result: JobResult?
}

/// What a job works on, and how.
public struct JobOrder: Codable, Sendable, Equatable {
  /// The audio's name, for people: a file's base name.
  public var name: String
  /// SHA-256 of the audio, 64 hexadecimal digits.
  public var audioHash: String
  /// Size of the audio in bytes.
  public var byteCount: Int
  /// A file of this machine that is read where it is; nil for one that was uploaded into the ``AudioInbox``.
  public var path: String?
  /// How to transcribe and comment.
  public var options: JobOptions
  /// Where to tell of the job's end.
  public var callbackURL: String?

  public init(
    name: String, audioHash: String, byteCount: Int, path: String? = nil, options: JobOptions = JobOptions(),
    callbackURL: String? = nil
  ) {
    self.name = name
    self.audioHash = audioHash
    self.byteCount = byteCount
    self.path = path
    self.options = options
    self.callbackURL = callbackURL
  }
}

/// The options of a job, as they enter its unique key.
public struct JobOptions: Codable, Sendable, Equatable {
  /// How to transcribe.
  public var transcription: TranscriptionOptions
  /// Name of the Whisper model; nil takes the worker's.
  public var model: String?
  /// Names of the kinds of comments, in the order in which they are shown.
  public var kinds: [String]
  /// English name of the comments' language; nil for the recording's.
  public var commentLanguage: String?
  /// What the comments should heed.
  public var instructions: String?
  /// Writes comments anew that are there.
  public var isForced: Bool?

  public init(
    transcription: TranscriptionOptions = TranscriptionOptions(), model: String? = nil,
    kinds: [String] = CommentKind.defaultNames, commentLanguage: String? = nil, instructions: String? = nil
  ) {
    self.transcription = transcription
    self.model = model
    self.kinds = kinds
    self.commentLanguage = commentLanguage
    self.instructions = instructions
  }
}

/// What a succeeded job has made.
public struct JobResult: Codable, Sendable, Equatable {
  /// SHA-256 of the recording.
  public var recording: String
  /// Key of the transcript.
  public var transcriptKey: String
  /// What was done.
  public var report: ProcessReport
  /// Why there are fewer comments than wanted; the transcript is whole.
  public var commentFailure: CommentBotError?

  public init(
    recording: String, transcriptKey: String, report: ProcessReport, commentFailure: CommentBotError? = nil
  ) {
    self.recording = recording
    self.transcriptKey = transcriptKey
    self.report = report
    self.commentFailure = commentFailure
  }
}

/// A job and what was tried.
public struct JobHistory: Sendable, Equatable {
  /// As it is now.
  public var job: Job
  /// The first one first.
  public var attempts: [JobAttempt]
}

/// One try at a job.
public struct JobAttempt: Sendable, Equatable {
  /// How a try can end.
  public enum End: String, Sendable, Codable, CaseIterable {
    case succeeded, failed, retry, snooze, shutdown, cancelled
    /// The worker died or lost its lease.
    case expired
  }

  /// From 1, over all tries, also those that were given back.
  public var number: Int
  /// Name of the worker.
  public var worker: String
  /// When it began.
  public var started: Date
  /// nil while it goes on.
  public var ended: Date?
  /// nil while it goes on.
  public var end: End?
  /// Why it failed.
  public var error: CommentBotError?
}

/// Something that happened to a job, for those who watch it.
public struct JobEvent: Sendable, Equatable {
  /// What events tell.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A new state; the last one is final.
    case state
    /// A stage begins.
    case stage
    /// Done and total of a stage.
    case progress
    /// A segment of the transcript.
    case segment
    /// The next piece of a comment as it is written, not yet checked.
    case comment
    /// A remark for people.
    case notice
  }

  /// Grows over all jobs; streams go on after the last one that was seen.
  public var sequence: Int64
  /// The job's id.
  public var job: String
  /// What it tells.
  public var kind: Kind
  /// A JSON object.
  public var data: String
  /// When it happened.
  public var at: Date
}
