import CommentCore
import Foundation
import TestSupport
import Testing

/// `commentbot worker` on a queue with real audio.
@Suite(.serialized, .timeLimit(.minutes(60))) struct WorkerCommandTests {
  @Test func job_isDoneUnderItsOwnName() async throws {
    let queue = try Queue()
    let audio = try Speech.make("Anna presented the budget for next year.", at: queue.home.file("upload.wav"))
    let submission = try queue.submission(audio, name: "Budget talk.mp3", kinds: ["summary"])
    let id = try await queue.store.submit(submission).job.id
    let worker = try RunningWorker(queue)
    let job = try await queue.ended(id)
    #expect(job.state == .succeeded, "\(worker.errors)")
    let result = try #require(job.result)
    #expect(result.recording == job.order.audioHash && result.commentFailure == nil)
    let recording = try #require(try await queue.library.recording(sha256: result.recording))
    #expect(recording.name == "Budget talk")
    let transcript = try #require(try await queue.library.transcript(key: result.transcriptKey)).transcript
    #expect(transcript.text.contains("budget"))
    #expect(try await queue.library.comments(ofTranscript: result.transcriptKey).map(\.kind) == ["summary"])
    let events = try await queue.store.events(of: .job(id), after: 0, limit: 1000)
    #expect(events.count { $0.kind == .segment } == transcript.segments.count)
    let stages = events.filter { $0.kind == .stage }.map(\.data)
    #expect(stages == ["hash", "decode", "transcribe", "store", "comment"].map { "{\"stage\":\"\($0)\"}" })
    #expect(worker.stop(SIGTERM) == 0)
  }

  @Test func jobs_thatCannotBeDone_failAtOnceAndSayWhy() async throws {
    let queue = try Queue()
    let text = queue.home.file("notes.wav")
    try Data("these are only words".utf8).write(to: text)
    let noAudio = try await queue.store.submit(queue.submission(text)).job.id
    let gone = try Speech.make("It will be gone.", at: queue.home.file("gone.wav"))
    let missing = try await queue.store.submit(queue.submission(gone)).job.id
    try FileManager.default.removeItem(at: gone)
    let changed = try Speech.make("Before.", at: queue.home.file("changed.wav"))
    let other = try await queue.store.submit(queue.submission(changed)).job.id
    try Speech.make("After.", at: changed)
    let worker = try RunningWorker(queue)
    for (id, code) in [(noAudio, "unreadable_audio"), (missing, "input_missing"), (other, "input_missing")] {
      let job = try await queue.ended(id)
      #expect((job.state, job.attempt) == (.failed, 1))
      #expect(job.lastError?.code.rawValue == code, "\(job.lastError.map(String.init(describing:)) ?? "")")
    }
    #expect(worker.stop(SIGINT) == 0)
  }

  @Test func job_whoseLanguageModelIsAway_waitsForItWithItsTranscript() async throws {
    var queue = try Queue()
    queue.home.environment["COMMENTBOT_LLM_ENGINE"] = "ollama"
    let audio = try Speech.make("Anna presented the budget.", at: queue.home.file("a.wav"))
    let id = try await queue.store.submit(queue.submission(audio, kinds: ["summary"])).job.id
    let worker = try RunningWorker(queue)
    let job = try await queue.wait(id) { $0.lastError != nil }
    #expect((job.state, job.attempt, job.lastError?.code) == (.queued, 0, .unreachable))
    #expect(try await queue.library.latestTranscript(of: job.order.audioHash) != nil)
    #expect(worker.stop(SIGTERM) == 0)
  }

  @Test(arguments: [(1, Job.State.succeeded), (2, .queued)])
  func job_whoseLanguageModelFails_isTriedAgainAsOftenAsItMay(attempts: Int, state: Job.State) async throws {
    var queue = try Queue()
    let server = try ReplayServer { request in
      switch request.path {
      case "/api/version": [.reply(#"{"version":"0.33.0"}"#)]
      case "/api/tags": [.reply(#"{"models":[{"name":"big:latest","digest":"d","size":1,"details":{}}]}"#)]
      case "/api/show":
        [
          .reply(
            #"{"capabilities":["completion"],"model_info":{"general.architecture":"x","x.context_length":8192}}"#)
        ]
      case "/api/ps": [.reply(#"{"models":[]}"#)]
      default: [.reply(#"{"error":"the runner has died"}"#, status: 500)]
      }
    }
    queue.home.environment["COMMENTBOT_LLM_ENGINE"] = "ollama"
    queue.home.environment["OLLAMA_HOST"] = server.url
    let audio = try Speech.make("Anna presented the budget.", at: queue.home.file("a.wav"))
    var submission = try queue.submission(audio, kinds: ["summary"])
    submission.maxAttempts = attempts
    let id = try await queue.store.submit(submission).job.id
    let worker = try RunningWorker(queue)
    let job = try await queue.wait(id) { $0.state.isFinal || $0.lastError != nil }
    #expect((job.state, job.attempt) == (state, 1))
    #expect((job.result?.commentFailure ?? job.lastError)?.code == .serverError)
    #expect(try await queue.library.latestTranscript(of: job.order.audioHash) != nil)
    #expect(worker.stop(SIGTERM) == 0)
  }

  /// The next worker goes on after the last window, whether the first one gave the job back or died.
  @Test(arguments: [SIGTERM, SIGKILL])
  func worker_thatEndsInBetween_losesNoWindow(signal: Int32) async throws {
    let queue = try Queue()
    let sentence = "The weather report says that rain is expected, and people should take an umbrella to the station. "
    let audio = try Speech.make(String(repeating: sentence, count: 20), at: queue.home.file("long.wav"))
    let id = try await queue.store.submit(queue.submission(audio)).job.id
    if signal == SIGKILL {
      #expect(try RunningWorker(queue, failpoints: "after-window=kill:1").exit() == SIGKILL)
    } else {
      // It stands still after its first window, so that the signal comes in time on any machine.
      let first = try RunningWorker(queue, lease: 600, failpoints: "after-window=stop:1")
      try await first.untilItStands()
      kill(first.pid, SIGTERM)
      while first.isRunning {
        kill(first.pid, SIGCONT)
        try await Queue.pause()
      }
      #expect(first.exit() == 0)
      let job = try await queue.store.job(id, owner: "ann")
      #expect((job.state, job.attempt) == (.queued, 0))
    }
    let second = try RunningWorker(queue)
    let job = try await queue.ended(id)
    #expect(job.state == .succeeded)
    #expect((job.attempt, job.crashes) == (signal == SIGTERM ? (1, 0) : (2, 1)))
    let report = try #require(job.result?.report)
    #expect(report.reusedSeconds > 20 && report.decodedSeconds == 0)
    #expect(
      try await queue.store.history(of: id, owner: "ann").attempts.map(\.end) == [
        signal == SIGTERM ? .shutdown : .expired, .succeeded,
      ])
    #expect(second.stop(SIGTERM) == 0)
  }

  @Test func worker_withAMalformedFailpoint_doesNotStart() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_FAILPOINTS"] = "nowhere=kill:1"
    let result = try home.run("worker")
    #expect(result.status == 78 && result.error.contains("nowhere"), "\(result.error)")
  }
}

/// An installation with a queue.
struct Queue {
  var home: Installation
  let library: Library
  let store: SQLiteJobStore

  init() throws {
    home = try Installation()
    home.environment["COMMENTBOT_LLM_ENGINE"] = "none"
    library = try Library(at: Home(root: home.scratch.url).database)
    store = SQLiteJobStore(library)
  }

  func submission(_ audio: URL, name: String = "talk", kinds: [String] = []) throws -> JobSubmission {
    let digest = try FileDigest.sha256(of: audio)
    let order = JobOrder(
      name: name, audioHash: digest.hex, byteCount: digest.byteCount, path: audio.path,
      options: JobOptions(kinds: kinds))
    return JobSubmission(owner: "ann", order: order)
  }

  func ended(_ id: String) async throws -> Job { try await wait(id) { $0.state.isFinal } }

  /// Looks at the job until it is so.
  func wait(_ id: String, until isSo: (Job) -> Bool) async throws -> Job {
    while true {
      let job = try await store.job(id, owner: "ann")
      if isSo(job) { return job }
      try await Self.pause()
    }
  }

  /// Between two looks: looking without a pause would take the time that the worker needs.
  static func pause() async throws { try await Task.sleep(for: .milliseconds(20)) }
}

/// A `worker` process.
final class RunningWorker {
  private let process = Process()
  private let log: URL

  init(_ queue: Queue, lease: Int = 2, failpoints: String = "") throws {
    log = queue.home.file("worker-\(UUID().uuidString)")
    try Data().write(to: log)
    // `env` becomes the worker. A preloaded libfaketime changes the environment of the first program that it is loaded
    // into, and Swift then does not find its arguments.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [try Command.commentbot, "worker", "--lease", "\(lease)"]
    process.environment = Command.environment(
      adding: queue.home.environment.merging(["COMMENTBOT_FAILPOINTS": failpoints]) { $1 })
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
  }

  deinit {
    process.terminate()
    // One that stands still hears nothing.
    kill(pid, SIGCONT)
    process.waitUntilExit()
  }

  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// - Returns: the exit status.
  func stop(_ signal: Int32) -> Int32 {
    kill(pid, signal)
    return exit()
  }

  /// - Returns: the exit status, or the signal that ended it.
  func exit() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits until a failpoint has stopped it, as Linux' `/proc` tells.
  func untilItStands() async throws {
    while try !String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).contains(") T ") {
      try await Queue.pause()
    }
  }

  var errors: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}
