import Foundation
import TestSupport
import Testing

@testable import CommentCore

/// Conformance: what others see of the jobs.
struct JobStoreReadTests {
  @Test(arguments: JobStoreMaker.all)
  func events_beginWithQueuedAndEndInOneFinalState(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      let ids = [try await store.submit(.make("a")).job.id, try await store.submit(.make("b")).job.id]
      for _ in ids {
        let claimed = try await store.mustClaim()
        let notices = (1...3).map { (JobEvent.Kind.notice, "{\"text\":\"\($0)\"}") }
        _ = try await store.heartbeat(claimed.lease, JobPulse(events: notices))
        clock.advance(by: 1)
        _ = try await store.finish(claimed.lease, .succeeded(.make()))
      }
      let all = try await store.events(of: .all, after: 0, limit: 100)
      #expect(all.map(\.sequence) == all.map(\.sequence).sorted() && Set(all.map(\.sequence)).count == all.count)
      for id in ids {
        let events = try await store.events(of: .job(id), after: 0, limit: 100)
        #expect(events == all.filter { $0.job == id })
        #expect(events.map(\.kind) == [.state, .state, .notice, .notice, .notice, .state])
        #expect(try await store.path(of: id) == ["queued", "running", "succeeded"])
        // A stream goes on after any of them.
        for index in events.indices {
          let rest = try await store.events(of: .job(id), after: events[index].sequence, limit: 2)
          #expect(rest == Array(events.dropFirst(index + 1).prefix(2)))
        }
      }
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func batches_countTheirJobs(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      let before = try await store.submit(.make("b")).job
      let batch = try await store.makeBatch(name: "monday", owner: "ann")
      #expect(try await store.batch(batch.id, owner: "ann") == batch)
      for number in 0..<4 { _ = try await store.submit(.make(number: number, batch: batch.id)) }
      // One that is there already belongs to it too.
      let shared = try await store.submit(.make("b", batch: batch.id))
      #expect(shared.job.id == before.id && shared.job.batch == batch.id && !shared.isNew)
      _ = try await store.finish(try await store.mustClaim().lease, .succeeded(.make()))
      _ = try await store.finish(try await store.mustClaim().lease, .failed(.ofATest))
      _ = try await store.mustClaim()
      let counted = try await store.batch(batch.id, owner: "ann")
      #expect(counted.counts == [.queued: 2, .running: 1, .succeeded: 1, .failed: 1] && !counted.isFinished)
      let jobs = try await store.jobs(JobFilter(owner: "ann", batch: batch.id))
      #expect(jobs.count == 5)
      let events = try await store.events(of: .batch(batch.id), after: 0, limit: 100)
      #expect(Set(events.map(\.job)) == Set(jobs.map(\.id)))
      for job in jobs { _ = try await store.cancel(job.id, owner: "ann") }
      clock.advance(by: 1)
      let second = try await store.makeBatch(name: nil, owner: "ann")
      #expect(try await store.batches(owner: "ann", before: nil, limit: 10).map(\.id) == [second.id, batch.id])
      #expect(try await store.batches(owner: "ann", before: nil, limit: 1).map(\.id) == [second.id])
      #expect(try await store.batches(owner: "ann", before: second.id, limit: 10).map(\.id) == [batch.id])
      #expect(await errorCode { _ = try await store.submit(.make("c", batch: "none")) } == .notFound)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func others_seeAndChangeNothing(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let batch = try await store.makeBatch(name: nil, owner: "ann")
      let job = try await store.submit(.make(batch: batch.id)).job
      for owner in ["bob", ""] {
        #expect(await errorCode { _ = try await store.job(job.id, owner: owner) } == .notFound)
        #expect(await errorCode { _ = try await store.history(of: job.id, owner: owner) } == .notFound)
        #expect(await errorCode { _ = try await store.cancel(job.id, owner: owner) } == .notFound)
        #expect(await errorCode { _ = try await store.retry(job.id, owner: owner) } == .notFound)
        #expect(await errorCode { _ = try await store.batch(batch.id, owner: owner) } == .notFound)
        #expect(await errorCode { _ = try await store.submit(.make("b", owner: "bob", batch: batch.id)) } == .notFound)
        #expect(try await store.jobs(JobFilter(owner: owner)).isEmpty)
        #expect(try await store.jobs(JobFilter(owner: owner, batch: batch.id)).isEmpty)
        #expect(try await store.batches(owner: owner, before: nil, limit: 10).isEmpty)
        #expect(try await store.depth(owner: owner, upTo: 10) == 0)
        #expect(try await store.source(ofAudio: job.order.audioHash, owner: owner) == nil)
        #expect(try await store.forget(audioHash: job.order.audioHash, owner: owner) == 0)
      }
      #expect(try await store.job(job.id, owner: "ann") == job)
      #expect(try await store.jobs(JobFilter(owner: nil)) == [JobSummary(job)])
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func jobs_areFilteredAndPaged(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      for number in 0..<7 {
        _ = try await store.submit(.make(number: number))
        clock.advance(by: 1)
      }
      for _ in 0..<2 { _ = try await store.finish(try await store.mustClaim().lease, .failed(.ofATest)) }
      _ = try await store.mustClaim()
      #expect(try await store.jobs(JobFilter(owner: "ann", states: [.failed])).count == 2)
      #expect(try await store.jobs(JobFilter(owner: "ann", states: [.failed, .running])).count == 3)
      var seen: [String] = []
      while true {
        let page = try await store.jobs(JobFilter(owner: "ann", before: seen.last, limit: 3))
        if page.isEmpty { break }
        seen += page.map(\.id)
      }
      let all = try await store.jobs(JobFilter(owner: "ann")).map(\.id)
      #expect(seen == all && seen.count == 7)
      let one = JobFilter(owner: "ann", audioHash: JobSubmission.make(number: 4).order.audioHash)
      #expect(try await store.jobs(one).count == 1)
      #expect(try await store.depth(owner: "ann", upTo: 10) == 5)
      #expect(try await store.depth(owner: "ann", upTo: 3) == 3)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func source_isThatOfTheOwnersNewestJob(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      var submission = JobSubmission.make()
      for (name, path, words) in [("old", nil, "a"), ("new", "/talks/new.mp3", "b")] as [(String, String?, String)] {
        submission.order.name = name
        submission.order.path = path
        submission.order.options.instructions = words
        _ = try await store.submit(submission)
        clock.advance(by: 1)
      }
      submission.order.options = JobOptions()
      #expect(try await store.source(ofAudio: submission.order.audioHash, owner: "ann") == submission.order)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func counts_tellHowLongTheOldestWaits(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      #expect(try await store.counts() == JobCounts(states: [:], oldestWait: nil))
      _ = try await store.submit(.make("a"))
      clock.advance(by: 40)
      _ = try await store.submit(.make("b"))
      clock.advance(by: 2.5)
      #expect(try await store.counts() == JobCounts(states: [.queued: 2], oldestWait: 42.5))
      // One that waits for its retry does not wait for a worker.
      _ = try await store.finish(try await store.mustClaim().lease, .retry(.ofATest))
      #expect(try await store.counts() == JobCounts(states: [.queued: 2], oldestWait: 2.5))
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func forget_removesEveryTraceAndTakesTheLease(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let batch = try await store.makeBatch(name: nil, owner: "ann")
      let id = try await store.submit(.make("a", batch: batch.id, key: "k")).job.id
      let other = try await store.submit(.make("b")).job
      let lease = try await store.mustClaim().lease
      #expect(try await store.forget(audioHash: JobSubmission.make("a").order.audioHash, owner: "ann") == 1)
      #expect(await errorCode { _ = try await store.job(id, owner: "ann") } == .notFound)
      #expect(try await store.events(of: .all, after: 0, limit: 10).map(\.job) == [other.id])
      #expect(await errorCode { _ = try await store.history(of: id, owner: "ann") } == .notFound)
      #expect(try await store.heartbeat(lease, JobPulse()) == .lost)
      #expect(try await store.finish(lease, .succeeded(.make())) == false)
      #expect(try await store.batch(batch.id, owner: "ann").counts.isEmpty)
      #expect(try await store.submit(.make("a", key: "k")).isNew)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func prune_removesWhatHasServedItsTime(maker: JobStoreMaker) async throws {
    let clock = JobClock()
    try await maker.with(clock) { store in
      let batch = try await store.makeBatch(name: nil, owner: "ann")
      for audio in ["a", "b"] {
        _ = try await store.submit(.make(audio, batch: audio == "a" ? batch.id : nil))
        let lease = try await store.mustClaim().lease
        _ = try await store.heartbeat(lease, JobPulse(events: [(.notice, "{}")]))
        _ = try await store.finish(lease, .failed(.ofATest))
        clock.advance(by: 100)
      }
      let queued = try await store.submit(.make("c")).job
      clock.advance(by: 1000)
      #expect(
        try await store.prune(events: clock.now - 1150, jobs: clock.now - 1150)
          == JobPruning(events: 1, jobs: 1, batches: 1))
      #expect(try await store.counts().states == [.failed: 1, .queued: 1])
      let pruned = try await store.prune(events: clock.now, jobs: clock.now - 1150)
      #expect(pruned == JobPruning(events: 1))
      _ = try await store.prune(events: clock.now, jobs: clock.now)
      #expect(try await store.jobs(JobFilter(owner: nil)) == [JobSummary(queued)])
      let last = try #require(try await store.events(of: .all, after: 0, limit: 10).last)
      // Numbers are never used again.
      let next = try await store.submit(.make("d")).job
      #expect(try await store.events(of: .job(next.id), after: last.sequence, limit: 10).count == 1)
    }
  }
}

extension JobSummary {
  fileprivate init(_ job: Job) {
    self.init(
      id: job.id, kind: job.kind, state: job.state, name: job.order.name, audioHash: job.order.audioHash,
      batch: job.batch, priority: job.priority, attempt: job.attempt, isCancelRequested: job.isCancelRequested,
      stage: job.stage, progress: job.progress, created: job.created, finished: job.finished, lastError: job.lastError)
  }
}
