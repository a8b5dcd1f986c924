import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CommentCore

/// Workers on a real store, with work that is scripted.
@Suite(.serialized, .timeLimit(.minutes(60))) struct WorkerTests {
  @Test func job_thatSucceeds_hasItsResultAndAllNews() async throws {
    try await Self.withWorker { _, news in
      news.stage(.transcribe)
      news.progress(.transcribe, done: 1, total: 4)
      news.segment(.make(0, " Hello."), speaker: "A")
      return .make()
    } _: { work in
      let id = try await work.store.submit(.make()).job.id
      guard case .succeeded = try await work.end() else { throw TestFailure("it did not succeed") }
      #expect(try await work.store.job(id, owner: "ann").result == .make())
      let events = try await work.store.events(of: .job(id), after: 0, limit: 100)
      #expect(events.map(\.kind) == [.state, .state, .stage, .segment, .progress, .state])
      #expect(events[3].data == #"{"end":2.4,"speaker":"A","start":0,"text":"Hello."}"#)
      #expect(events[4].data == #"{"done":1,"stage":"transcribe","total":4}"#)
    }
  }

  @Test func lastNews_areToldWhenTheStoreWorksAgain() async throws {
    let misses = Misses(2)
    try await Self.withWorker(misses: misses) { _, news in
      news.segment(.make(0, " Hello."), speaker: nil)
      return .make()
    } _: { work in
      let id = try await work.store.submit(.make()).job.id
      guard case .succeeded = try await work.end() else { throw TestFailure("it did not succeed") }
      let events = try await work.store.events(of: .job(id), after: 0, limit: 100)
      #expect(events.map(\.kind) == [.state, .state, .segment, .state])
      #expect(misses.left.withLock(\.self) == 0)
    }
  }

  @Test func job_thatIsCancelled_stopsItsWork() async throws {
    try await Self.withWorker { _, _ in
      try await Self.untilCancelled()
    } _: { work in
      let id = try await work.store.submit(.make()).job.id
      try await work.begin()
      _ = try await work.store.cancel(id, owner: "ann")
      guard case .cancelled = try await work.end() else { throw TestFailure("it was not cancelled") }
      #expect(try await work.store.job(id, owner: "ann").state == .cancelled)
    }
  }

  @Test(arguments: [true, false])
  func worker_thatIsStopped_givesItsJobBack(listens: Bool) async throws {
    try await Self.withWorker { _, _ in
      if listens { return try await Self.untilCancelled() }
      // Work that does not listen: the grace ends it.
      await Self.forever()
      return .make()
    } _: { work in
      let id = try await work.store.submit(.make()).job.id
      try await work.begin()
      work.task.cancel()
      guard case .shutdown = try await work.end() else { throw TestFailure("it was not given back") }
      try await work.task.value
      let job = try await work.store.job(id, owner: "ann")
      #expect((job.state, job.attempt) == (.queued, 0))
      #expect(try await work.store.history(of: id, owner: "ann").attempts.map(\.end) == [.shutdown])
    }
  }

  @Test func workers_withLittleMemory_workOneAfterTheOther() async throws {
    try await withTemporaryFolder { home in
      let store = SQLiteJobStore(try Library(at: home.appending(path: "library.sqlite")))
      for name in ["a", "b", "c", "d"] { _ = try await store.submit(.make(name)) }
      let working = Mutex((now: 0, most: 0))
      let runner = Script { _, _ in
        working.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
        try await Task.sleep(for: .milliseconds(20))
        working.withLock { $0.now -= 1 }
        return .make()
      }
      var options = Worker.Options()
      options.poll = .milliseconds(1)
      let (ends, tell) = AsyncStream<Void>.makeStream()
      let memory = MemoryGate { true }
      let workers = (1...3).map { number in
        Worker("\(number)", store: store, runner: runner, options: options, gate: DiskGate(folders: []), memory: memory)
        {
          if case .ended = $0 { tell.yield() }
        }
      }
      let task = Task {
        try await withThrowingTaskGroup { group in
          for worker in workers { group.addTask { try await worker.run() } }
          try await group.waitForAll()
        }
      }
      var left = 4
      for await _ in ends {
        left -= 1
        if left == 0 { break }
      }
      task.cancel()
      try await task.value
      #expect(working.withLock(\.most) == 1)
    }
  }

  @Test func worker_whoseLeaseIsTaken_stopsAndWritesNothing() async throws {
    try await Self.withWorker { _, _ in
      try await Self.untilCancelled()
    } _: { work in
      let id = try await work.store.submit(.make()).job.id
      try await work.begin()
      // Heartbeats come in between.
      while true {
        if let pulse = try await work.store.pulses().first, try await work.store.expire(pulse) { break }
      }
      work.task.cancel()
      try await work.loss()
      #expect(try await work.store.path(of: id) == ["queued", "running", "queued"])
      #expect(try await work.store.history(of: id, owner: "ann").attempts.map(\.end) == [.expired])
    }
  }

  /// By its own clock: nobody can tell it.
  @Test func worker_thatReachesTheStoreNoMore_stopsAfterOneLease() async throws {
    try await Self.withWorker(lease: .milliseconds(400), misses: Misses(.max)) { _, _ in
      try await Self.untilCancelled()
    } _: { work in
      _ = try await work.store.submit(.make())
      try await work.loss()
      #expect(try await work.store.pulses().count == 1)
    }
  }

  /// Work that blocks every thread of the shared pool for longer than a lease.
  @Test func heart_whileTheSharedPoolIsBusy_goesOn() async throws {
    try await Self.withWorker(lease: .seconds(3)) { _, _ in
      await withTaskGroup { group in
        for _ in 0..<ProcessInfo.processInfo.activeProcessorCount * 2 {
          group.addTask { Self.block(seconds: 2) }
        }
      }
      return .make()
    } _: { work in
      let id = try await work.store.submit(.make()).job.id
      guard case .succeeded = try await work.end() else { throw TestFailure("the lease was lost") }
      #expect(try await work.store.job(id, owner: "ann").state == .succeeded)
    }
  }

  @Test func worker_onAFullDisk_waitsForRoom() async throws {
    try await withTemporaryFolder { folder in
      // Where a file stands no folder can be made: there is no room.
      let data = folder.appending(path: "data")
      try Data().write(to: data)
      try await Self.withWorker(writesTo: data) { job, _ in
        if job.order.audioHash.hasPrefix("a") { throw CommentBotError(.diskFull, "write", "x", cause: "of a test") }
        return .make()
      } _: { work in
        let first = try await work.store.submit(.make("a")).job.id
        let second = try await work.store.submit(.make("b")).job.id
        guard case .retry = try await work.end() else { throw TestFailure("it is not tried again") }
        // Nothing is claimed.
        for try await event in work.events { if case .diskFull = event { break } }
        #expect(try await work.store.job(second, owner: "ann").attempt == 0)
        #expect(try await work.store.job(first, owner: "ann").lastError?.code == .diskFull)
        try FileManager.default.removeItem(at: data)
        guard case .succeeded = try await work.end() else { throw TestFailure("the queue did not go on") }
        #expect(try await work.store.job(second, owner: "ann").state == .succeeded)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data.path).isEmpty)
      }
    }
  }

  // MARK: - Scripts

  private static func untilCancelled() async throws -> JobResult {
    while true { try await Task.sleep(for: .seconds(3600)) }
  }

  private static func forever() async {
    await Task { try? await Task.sleep(for: .seconds(3600)) }.value
  }

  private static func block(seconds: Double) { Thread.sleep(forTimeInterval: seconds) }

  private struct Script: JobRunner {
    let body: @Sendable (Job, JobNews) async throws -> JobResult
    func run(_ claimed: ClaimedJob, telling news: JobNews) async throws -> JobResult {
      try await body(claimed.job, news)
    }
  }

  /// A worker that works.
  private struct Work {
    let store: SQLiteJobStore
    let task: Task<Void, any Error>
    let events: AsyncStream<Worker.Event>

    func begin() async throws {
      for await event in events { if case .began = event { return } }
    }

    func end() async throws -> JobOutcome {
      for await event in events {
        if case .ended(_, let outcome) = event { return outcome }
        if case .lost = event { break }
      }
      throw TestFailure("the lease was lost")
    }

    func loss() async throws {
      for await event in events {
        if case .lost = event { return }
        if case .ended = event { break }
      }
      throw TestFailure("the lease was not lost")
    }
  }

  /// - Parameter misses: heartbeats that do not get through.
  private static func withWorker(
    lease: Duration = .seconds(60), misses: Misses = Misses(0), writesTo folder: URL? = nil,
    _ script: @escaping @Sendable (Job, JobNews) async throws -> JobResult, _ body: (Work) async throws -> Void
  ) async throws {
    try await withTemporaryFolder { home in
      let store = SQLiteJobStore(try Library(at: home.appending(path: "library.sqlite")))
      var options = Worker.Options()
      (options.lease, options.grace) = (lease, .milliseconds(100))
      (options.poll, options.pause) = (.milliseconds(10), .milliseconds(10))
      let (events, tell) = AsyncStream<Worker.Event>.makeStream()
      let worker = Worker(
        "w", store: MuteStore(store: store, misses: misses), runner: Script(body: script), options: options,
        gate: DiskGate(folders: folder.map { [$0] } ?? [])
      ) { tell.yield($0) }
      let task = Task { try await worker.run() }
      do {
        try await body(Work(store: store, task: task, events: events))
      } catch {
        task.cancel()
        throw error
      }
      task.cancel()
      try await task.value
    }
  }
}
