import Foundation
import TestSupport
import Testing

@testable import CommentCore

/// Conformance: how attempts and jobs end.
struct JobStoreFinishTests {
  @Test(arguments: JobStoreMaker.all)
  func finish_withAResult_keepsIt(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      let id = try await store.submit(.make()).job.id
      let lease = try await store.mustClaim().lease
      clock.advance(by: 5)
      #expect(try await store.finish(lease, .succeeded(.make(commentFailure: .ofATest))))
      let job = try await store.job(id, owner: "ann")
      #expect((job.state, job.progress, job.attempt, job.finished) == (.succeeded, 1, 1, clock.now))
      #expect(job.result == .make(commentFailure: .ofATest))
      let attempt = try #require(try await store.history(of: id, owner: "ann").attempts.first)
      #expect((attempt.number, attempt.end, attempt.ended) == (1, .succeeded, clock.now))
      #expect(try await store.pulses().isEmpty)
    }
  }

  /// The fence: a worker that stood still while its job was given to another one changes nothing.
  @Test(
    arguments: JobStoreMaker.all,
    [
      JobOutcome.succeeded(.make()), .retry(.ofATest), .snooze(.ofATest), .failed(.ofATest), .cancelled, .shutdown,
    ])
  func finish_withAStaleLease_writesNothing(maker: JobStoreMaker, outcome: JobOutcome) async throws {
    try await maker.with(JobClock()) { store in
      let id = try await store.submit(.make()).job.id
      let stale = try await store.mustClaim(by: "slow").lease
      _ = try await store.expire(try #require(try await store.pulses().first))
      func look() async throws -> Look {
        Look(
          job: try await store.job(id, owner: "ann"), attempts: try await store.history(of: id, owner: "ann").attempts,
          events: try await store.events(of: .job(id), after: 0, limit: 100))
      }
      // While it waits, while another one runs it, and when that one has ended it.
      let waiting = try await look()
      #expect(try await store.finish(stale, outcome) == false)
      #expect(try await look() == waiting)
      let second = try await store.mustClaim(by: "quick").lease
      let running = try await look()
      #expect(try await store.finish(stale, outcome) == false)
      #expect(try await look() == running)
      #expect(try await store.finish(second, .succeeded(.make(commentFailure: .ofATest))))
      let ended = try await look()
      #expect(try await store.finish(stale, outcome) == false)
      #expect(try await store.finish(second, outcome) == false)
      #expect(try await look() == ended)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func finish_withARetry_waitsLongerEachTimeThenFails(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      let id = try await store.submit(.make(maxAttempts: 4)).job.id
      for wait in [20.0, 40, 60] {
        #expect(try await store.finish(try await store.mustClaim().lease, .retry(.ofATest)))
        let job = try await store.job(id, owner: "ann")
        #expect((job.state, job.runAt.timeIntervalSince(clock.now), job.lastError) == (.queued, wait, .ofATest))
        clock.advance(by: wait - 0.01)
        #expect(try await store.hasNothing())
        clock.advance(by: 0.01)
      }
      #expect(try await store.finish(try await store.mustClaim().lease, .retry(.ofATest)))
      let job = try await store.job(id, owner: "ann")
      #expect((job.state, job.attempt) == (.failed, 4))
      let attempts = try await store.history(of: id, owner: "ann").attempts
      #expect(attempts.map(\.end) == [.retry, .retry, .retry, .failed] && attempts.allSatisfy { $0.error == .ofATest })
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func finish_withASnoozeOrAShutdown_givesTheAttemptBack(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      let id = try await store.submit(.make(maxAttempts: 1)).job.id
      for _ in 0..<3 {
        #expect(try await store.finish(try await store.mustClaim().lease, .snooze(.ofATest)))
        #expect(try await store.job(id, owner: "ann").attempt == 0)
        #expect(try await store.hasNothing())
        clock.advance(by: 30)
      }
      #expect(try await store.finish(try await store.mustClaim().lease, .shutdown))
      // At once.
      let next = try await store.mustClaim()
      #expect(next.job.attempt == 1)
      #expect(
        try await store.history(of: id, owner: "ann").attempts.map(\.end) == [
          .snooze, .snooze, .snooze, .shutdown, nil,
        ])
      #expect(try await store.history(of: id, owner: "ann").attempts.map(\.number) == [1, 2, 3, 4, 5])
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func cancel_ofAQueuedOne_endsItAtOnce(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      let id = try await store.submit(.make()).job.id
      let job = try await store.cancel(id, owner: "ann")
      #expect((job.state, job.finished) == (.cancelled, clock.now))
      #expect(try await store.hasNothing())
      #expect(try await store.cancel(id, owner: "ann") == job)
      #expect(try await store.path(of: id) == ["queued", "cancelled"])
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func cancel_ofARunningOne_isToldToItsWorker(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let id = try await store.submit(.make()).job.id
      let lease = try await store.mustClaim().lease
      let job = try await store.cancel(id, owner: "ann")
      #expect((job.state, job.isCancelRequested) == (.running, true))
      #expect(try await store.heartbeat(lease, JobPulse()) == .cancel)
      #expect(try await store.finish(lease, .cancelled))
      #expect(try await store.job(id, owner: "ann").state == .cancelled)
      #expect(try await store.path(of: id) == ["queued", "running", "cancelled"])
    }
  }

  /// Also by a worker that has not heard of it, or has died.
  @Test(arguments: JobStoreMaker.all)
  func cancel_isHonouredHoweverTheAttemptEnds(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      for (number, outcome) in [JobOutcome.retry(.ofATest), .snooze(.ofATest), .shutdown].enumerated() {
        let id = try await store.submit(.make(number: number)).job.id
        let lease = try await store.mustClaim().lease
        _ = try await store.cancel(id, owner: "ann")
        #expect(try await store.finish(lease, outcome))
        #expect(try await store.job(id, owner: "ann").state == .cancelled)
      }
      let id = try await store.submit(.make("b")).job.id
      _ = try await store.mustClaim()
      _ = try await store.cancel(id, owner: "ann")
      #expect(try await store.expire(try #require(try await store.pulses().first)))
      #expect(try await store.job(id, owner: "ann").state == .cancelled)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func retry_ofWhatHasEnded_beginsAnew(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let id = try await store.submit(.make(maxAttempts: 1)).job.id
      #expect(await errorCode { _ = try await store.retry(id, owner: "ann") } == .usage)
      _ = try await store.finish(try await store.mustClaim().lease, .retry(.ofATest))
      let job = try await store.retry(id, owner: "ann")
      #expect((job.state, job.attempt, job.finished, job.lastError) == (.queued, 0, nil, .ofATest))
      #expect(try await store.finish(try await store.mustClaim().lease, .failed(.ofATest)))
      let other = try await store.submit(.make())
      #expect(other.isNew)
      #expect(await errorCode { _ = try await store.retry(id, owner: "ann") } == .conflict)
      _ = try await store.cancel(other.job.id, owner: "ann")
      #expect(try await store.retry(id, owner: "ann").state == .queued)
      #expect(try await store.history(of: id, owner: "ann").attempts.count == 2)
    }
  }

  private struct Look: Equatable {
    var job: Job
    var attempts: [JobAttempt]
    var events: [JobEvent]
  }
}
