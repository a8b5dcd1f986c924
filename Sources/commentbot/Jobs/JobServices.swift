import CommentCore
import Foundation
import Logging
import ServiceLifecycle

/// What works on the queue within a process: `commentbot worker`, and `serve`.
enum JobServices {
  /// The reaper, and so many workers. They share the engine, and so its threads.
  /// - Parameters:
  ///   - inbox: finds the audio of a job without a path.
  ///   - workers: how many jobs are worked on at once; 0 only looks after the workers of other processes.
  ///   - metrics: counts what the jobs did; nil where nobody asks for it.
  ///   - isAlone: whether the process has nothing else to do: a damaged database ends it then.
  /// - Throws: ``CommentBotError`` with code `configuration` when a variable for tests is malformed.
  static func make(
    _ composition: Composition, store: any JobStore, workers: Int, options: Worker.Options = Worker.Options(),
    inbox: @escaping @Sendable (Job) throws -> URL, logger: Logger, metrics: JobMetrics? = nil,
    isAlone: Bool = false
  ) throws -> [any Service] {
    try Failpoint.check()
    let runner = PipelineJobRunner(composition, inbox: inbox)
    let home = composition.home
    let (gate, memory) = (DiskGate(folders: home.written), MemoryGate())
    let process = "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier)"
    let reaper: any Service = ReaperService(store: store, lease: options.lease, logger: logger)
    return [reaper]
      + (0..<workers).map { number in
        WorkerService(
          worker: Worker(
            "\(process):\(number + 1)", store: store, runner: runner, options: options, gate: gate, memory: memory
          ) {
            JobLog(logger: logger).handle($0)
            metrics?.handle($0)
          }, isAlone: isAlone)
      }
  }
}

/// A worker until the process is to stop: then its job is given back.
struct WorkerService: Service {
  let worker: Worker
  let isAlone: Bool

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await worker.run() }
    } catch let error as CommentBotError {
      if isAlone { throw error }
      // The server goes on, and says what is wrong.
      try await gracefulShutdown()
    }
  }
}

/// Takes jobs from workers that have died.
struct ReaperService: Service {
  let store: any JobStore
  let lease: Duration
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown { await reap() }
  }

  private func reap() async {
    var reaper = Reaper(lease: lease)
    while !Task.isCancelled {
      do {
        let pulses = try await store.pulses()
        for pulse in reaper.expired(among: pulses, at: .now) where try await store.expire(pulse) {
          logger.warning("worker died", metadata: ["job_id": "\(pulse.lease.job)"])
        }
      } catch let error as CommentBotError {
        logger.error("\(error)")
      } catch {
        // Only the cancellation is none of ours.
      }
      try? await Task.sleep(for: lease / 4)
    }
  }
}

/// One line for each thing that happens to a worker.
struct JobLog {
  let logger: Logger

  func handle(_ event: Worker.Event) {
    switch event {
    case .began(let job):
      logger.info("job began", metadata: ["job_id": "\(job.id)", "attempt": "\(job.attempt)"])
    case .ended(let job, let outcome):
      var metadata: Logger.Metadata = ["job_id": "\(job.id)", "end": "\(Self.word(outcome))"]
      if let error = outcome.error { metadata["error"] = "\(error.code.rawValue)" }
      logger.log(level: outcome.error == nil ? .info : .warning, "job ended", metadata: metadata)
    case .lost(let job): logger.warning("lease lost, nothing written", metadata: ["job_id": "\(job.id)"])
    case .failed(let error): logger.error("\(error)")
    case .diskFull: logger.error("the disk is full: no job is taken until there is room")
    }
  }

  static func word(_ outcome: JobOutcome) -> String {
    switch outcome {
    case .succeeded: "succeeded"
    case .retry: "retry"
    case .snooze: "snooze"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .shutdown: "shutdown"
    }
  }
}
