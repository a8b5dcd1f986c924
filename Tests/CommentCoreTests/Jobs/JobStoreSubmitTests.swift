import Foundation
import TestSupport
import Testing

@testable import CommentCore

/// Conformance: how jobs come in.
struct JobStoreSubmitTests {
  @Test(arguments: JobStoreMaker.all)
  func writes_thatComeTogether_failAlone(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let refusals = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<40 {
          let batch = number % 4 == 0 ? "none" : nil
          group.addTask {
            await errorCode { _ = try await store.submit(.make(number: number, batch: batch)) } == .notFound
          }
        }
        var refusals = 0
        for await isRefused in group where isRefused { refusals += 1 }
        return refusals
      }
      #expect(refusals == 10)
      let taken = try await store.jobs(JobFilter(owner: "ann"))
      #expect(taken.count == 30)
      #expect(try await store.newestEvent() == 30)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func submit_ofANewOrder_isQueuedAndKeepsAllOfIt(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      var options = JobOptions(model: "tiny", kinds: ["quotes"], commentLanguage: "Spanish", instructions: "short")
      options.isForced = true
      var submission = JobSubmission.make(kind: .comment, priority: 3, maxAttempts: 2, options: options)
      submission.order.path = "/in/talk.mp3"
      submission.order.callbackURL = "https://example.org/x"
      let (job, isNew) = try await store.submit(submission)
      #expect(isNew)
      #expect(job.order == submission.order)
      #expect((job.owner, job.kind, job.state, job.priority) == ("ann", .comment, .queued, 3))
      #expect((job.attempt, job.maxAttempts, job.crashes) == (0, 2, 0))
      #expect((job.created, job.runAt) == (clock.now, clock.now))
      #expect((job.finished, job.result, job.lastError, job.stage) == (nil, nil, nil, nil))
      #expect(try await store.job(job.id, owner: "ann") == job)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func submit_ofTheSame_findsTheJobThatIsThere(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let first = try await store.submit(.make()).job
      let again = try await store.submit(.make(priority: 5))
      #expect(again.job.id == first.id && !again.isNew)
      let claimed = try await store.mustClaim()
      #expect(try await store.submit(.make()).job.id == first.id)
      _ = try await store.finish(claimed.lease, .succeeded(.make()))
      #expect(try await store.submit(.make()).job.id == first.id)
      #expect(try await store.counts().states == [.succeeded: 1])
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func submit_ofAnythingElse_isANewJob(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let others: [JobSubmission] = [
        .make(), .make("b"), .make(owner: "bob"), .make(kind: .comment), .make(options: JobOptions(model: "tiny")),
        .make(version: "2"),
      ]
      var ids: Set<String> = []
      for submission in others { ids.insert(try await store.submit(submission).job.id) }
      #expect(ids.count == others.count)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func submit_afterAFailure_isANewJob(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let first = try await store.submit(.make()).job
      _ = try await store.finish(try await store.mustClaim().lease, .failed(.ofATest))
      let second = try await store.submit(.make())
      #expect(second.isNew && second.job.id != first.id)
      _ = try await store.cancel(second.job.id, owner: "ann")
      #expect(try await store.submit(.make()).isNew)
    }
  }

  /// Whoever asks again wants the comments that are missing.
  @Test(arguments: JobStoreMaker.all)
  func submit_afterASuccessWithoutAllComments_isANewJob(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      _ = try await store.submit(.make())
      _ = try await store.finish(try await store.mustClaim().lease, .succeeded(.make(commentFailure: .ofATest)))
      #expect(try await store.submit(.make()).isNew)
      _ = try await store.submit(.make("b", kind: .comment))
      _ = try await store.mustClaim()
      _ = try await store.finish(try await store.mustClaim().lease, .succeeded(.make()))
      #expect(try await store.submit(.make("b", kind: .comment)).isNew)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func submit_withTheSameIdempotencyKey_makesNoSecondJob(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let first = try await store.submit(.make(key: "k")).job
      _ = try await store.cancel(first.id, owner: "ann")
      // Even then, and with another version of what computes: it is the same request.
      let again = try await store.submit(.make(key: "k", version: "2"))
      #expect(again.job.id == first.id && !again.isNew && again.job.state == .cancelled)
      #expect(await errorCode { _ = try await store.submit(.make("b", key: "k")) } == .conflict)
      #expect(await errorCode { _ = try await store.submit(.make(priority: 1, key: "k")) } == .conflict)
      // Keys are the owner's own.
      #expect(try await store.submit(.make("b", owner: "bob", key: "k")).isNew)
      #expect(try await store.counts().states == [.queued: 1, .cancelled: 1])
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func submit_byManyAtOnce_makesOneJob(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let results = try await withThrowingTaskGroup { group in
        for number in 0..<16 { group.addTask { try await store.submit(.make(key: "k\(number % 2)")) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(results.map(\.job.id)).count == 1 && results.count(where: \.isNew) == 1)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func ids_sortByTheTimeOfTheirMaking(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      var ids: [String] = []
      for number in 0..<20 {
        ids.append(try await store.submit(.make(number: number)).job.id)
        clock.advance(by: 0.001)
      }
      #expect(ids == ids.sorted())
      #expect(
        ids.allSatisfy {
          $0.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
        })
      #expect(try await store.jobs(JobFilter(owner: "ann")).map(\.id) == ids.reversed())
    }
  }
}
