import Foundation
import Testing

@testable import CommentCore

/// Conformance: who gets which job, and when.
struct JobStoreClaimTests {
  @Test(arguments: JobStoreMaker.all)
  func claim_handsOutEachOnceInOrder(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      #expect(try await store.hasNothing())
      let first = try await store.submit(.make(number: 1)).job
      let second = try await store.submit(.make(number: 2)).job
      let claimed = try await store.mustClaim()
      #expect((claimed.job.id, claimed.job.state, claimed.job.attempt) == (first.id, .running, 1))
      #expect(try await store.mustClaim().job.id == second.id)
      #expect(try await store.hasNothing())
      #expect(try await store.history(of: first.id, owner: "ann").attempts.map(\.worker) == ["w"])
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func claim_takesHigherPrioritiesFirst(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      for priority in [0, -1, 7, 2] { _ = try await store.submit(.make("\(priority + 1)", priority: priority)) }
      var order: [Int] = []
      while let claimed = try await store.claim(by: "w") { order.append(claimed.job.priority) }
      #expect(order == [7, 2, 0, -1])
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func claim_amongOwners_alternates(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      for number in 0..<1000 { _ = try await store.submit(.make(number: number, owner: "bulk")) }
      for number in 0..<3 { _ = try await store.submit(.make(number: number, owner: "ann")) }
      for number in 0..<3 { _ = try await store.submit(.make(number: number, owner: "bob")) }
      var owners: [String] = []
      for _ in 0..<12 { owners.append(try await store.mustClaim().job.owner) }
      for turn in 0..<3 { #expect(Set(owners[turn * 3..<turn * 3 + 3]) == ["bulk", "ann", "bob"]) }
      #expect(owners[9...] == ["bulk", "bulk", "bulk"])
      // Who comes later has not saved turns up: he starts at the turn that it is.
      for number in 0..<3 { _ = try await store.submit(.make(number: number, owner: "late")) }
      owners = []
      for _ in 0..<6 { owners.append(try await store.mustClaim().job.owner) }
      for turn in 0..<3 { #expect(Set(owners[turn * 2..<turn * 2 + 2]) == ["bulk", "late"]) }
    }
  }

  @Test(.timeLimit(.minutes(60)), arguments: JobStoreMaker.all)
  func claim_byManyAtOnce_givesEachJobToOne(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      for number in 0..<1000 { _ = try await store.submit(.make(number: number)) }
      let claimed = try await withThrowingTaskGroup { group in
        for worker in 0..<8 {
          group.addTask {
            var claimed: [ClaimedJob] = []
            while let next = try await store.claim(by: "w\(worker)") { claimed.append(next) }
            return claimed
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.count == 1000)
      #expect(Set(claimed.map(\.job.id)).count == 1000 && Set(claimed.map(\.lease.id)).count == 1000)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func heartbeat_tellsWhatTheWorkerDoes(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let id = try await store.submit(.make()).job.id
      let lease = try await store.mustClaim().lease
      let before = try await store.pulses()
      let pulse = JobPulse(stage: .transcribe, progress: 0.5, events: [(.stage, #"{"stage":"transcribe"}"#)])
      #expect(try await store.heartbeat(lease, pulse) == .goOn)
      let job = try await store.job(id, owner: "ann")
      #expect((job.stage, job.progress) == (.transcribe, 0.5))
      #expect(try await store.events(of: .job(id), after: 0, limit: 10).map(\.kind) == [.state, .state, .stage])
      let after = try await store.pulses()
      #expect(before.map(\.lease) == [lease] && after.map(\.lease) == [lease] && after != before)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func heartbeat_afterTheLeaseIsLost_saysSoAndWritesNothing(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let id = try await store.submit(.make()).job.id
      let stale = try await store.mustClaim().lease
      #expect(try await store.expire(try #require(try await store.pulses().first)))
      let pulse = JobPulse(stage: .comment, progress: 1, events: [(.notice, "{}")])
      #expect(try await store.heartbeat(stale, pulse) == .lost)
      let second = try await store.mustClaim()
      #expect(try await store.heartbeat(stale, pulse) == .lost)
      #expect(second.job.attempt == 2)
      let job = try await store.job(id, owner: "ann")
      #expect((job.stage, job.progress) == (nil, 0))
      #expect(try await store.events(of: .job(id), after: 0, limit: 10).allSatisfy { $0.kind == .state })
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func expire_ofALivingWorker_isRefused(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      _ = try await store.submit(.make())
      let lease = try await store.mustClaim().lease
      let pulse = try #require(try await store.pulses().first)
      _ = try await store.heartbeat(lease, JobPulse())
      #expect(try await store.expire(pulse) == false)
      #expect(try await store.heartbeat(lease, JobPulse()) == .goOn)
    }
  }

  @Test(arguments: JobStoreMaker.all)
  func expire_threeTimes_failsTheJob(maker: JobStoreMaker) async throws {
    try await maker.with(JobClock()) { store in
      let id = try await store.submit(.make()).job.id
      for crash in 1...3 {
        #expect(try await store.mustClaim().job.attempt == crash)
        #expect(try await store.expire(try #require(try await store.pulses().first)))
      }
      let job = try await store.job(id, owner: "ann")
      #expect((job.state, job.crashes, job.attempt) == (.failed, 3, 3))
      #expect(job.lastError?.code == .engine)
      #expect(try await store.history(of: id, owner: "ann").attempts.map(\.end) == [.expired, .expired, .expired])
      #expect(
        try await store.path(of: id) == ["queued", "running", "queued", "running", "queued", "running", "failed"])
    }
  }
}
