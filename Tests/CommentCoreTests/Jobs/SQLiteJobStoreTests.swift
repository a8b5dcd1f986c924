import Foundation
import GRDB
import Testing

@testable import CommentCore

/// What the other stores need not have.
struct SQLiteJobStoreTests {
  /// Each of them is asked for often, with 10,000 jobs waiting.
  @Test func queries_goByTheirIndexes() async throws {
    try await withLibrary { library in
      func plan(_ sql: String, _ arguments: StatementArguments) async throws -> [String] {
        try await library.read { db in
          try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map { $0["detail"] as String }
        }
      }
      func listPlan(_ filter: JobFilter) async throws -> [String] {
        let (condition, arguments) = SQLiteJobStore.condition(of: filter)
        return try await plan("\(SQLiteJobStore.summaryColumns) WHERE \(condition)", arguments)
      }
      let claim = try await plan(SQLiteJobStore.nextJob, ["now": 1])
      #expect(claim == ["SCAN jobs USING COVERING INDEX jobs_ready"])
      let plans: [(plan: [String], index: String)] = [
        (try await listPlan(JobFilter(owner: "ann")), "jobs_by_owner (owner=?)"),
        (
          try await listPlan(JobFilter(owner: "ann", states: [.failed], before: "x")),
          "jobs_by_owner (owner=? AND id<?)"
        ),
        (try await listPlan(JobFilter(owner: nil, states: [.failed])), "jobs_by_state (state=?)"),
        (try await listPlan(JobFilter(owner: "ann", audioHash: "x")), "jobs_by_audio (audio_hash=?)"),
        (
          try await plan(
            "SELECT max(vstart) FROM jobs WHERE owner = ? AND state IN ('queued', 'running')", ["ann"]),
          "COVERING INDEX jobs_open (owner=?)"
        ),
        (
          try await plan("SELECT id, lease_id, hb FROM jobs WHERE state = 'running' ORDER BY id", []),
          "jobs_by_state (state=?)"
        ),
        (
          try await plan("SELECT * FROM job_events WHERE job = ? AND seq > ? ORDER BY seq LIMIT 9", ["x", 1]),
          "job_events_by_job (job=? AND seq>?)"
        ),
        (
          try await plan(
            "SELECT min(run_at) FROM jobs INDEXED BY jobs_waiting WHERE state = 'queued' AND run_at <= ?", [1]),
          "jobs_waiting"
        ),
        (try await plan(SQLiteJobStore.depth, ["ann", 10]), "COVERING INDEX jobs_open (owner=?)"),
        (try await plan("SELECT state, count(*) AS n FROM jobs GROUP BY state", []), "jobs_by_state"),
      ]
      for (plan, index) in plans {
        #expect(plan.contains { $0.contains(index) }, "\(plan) instead of \(index)")
        // What comes from the index in its order needs no sorting.
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
      }
    }
  }

  @Test(arguments: [
    "UPDATE jobs SET state = 'running'", "UPDATE jobs SET lease_id = 'x'", "UPDATE jobs SET state = 'succeeded'",
    "UPDATE jobs SET finished_at = 1", "UPDATE jobs SET state = 'failed', finished_at = 1",
    "UPDATE jobs SET state = 'done'", "UPDATE jobs SET audio_hash = 'x'", "UPDATE jobs SET params = '{'",
    "UPDATE jobs SET progress = 2", "UPDATE job_events SET kind = 'x'", "UPDATE job_events SET job = 'nobody'",
    "UPDATE job_attempts SET ended_at = NULL", "UPDATE job_attempts SET \"end\" = 'lost'",
    "INSERT INTO job_turn VALUES (2, 0)",
  ])
  func schema_refuses(sql: String) async throws {
    try await withLibrary { library in
      let store = SQLiteJobStore(library)
      _ = try await store.submit(.make())
      _ = try await store.finish(try await store.mustClaim().lease, .shutdown)
      await #expect(throws: CommentBotError.self) { try await library.write { try $0.execute(sql: sql) } }
    }
  }

  /// Several processes share the file: one that read first and wrote then would fail without waiting.
  @Test(.timeLimit(.minutes(20))) func writes_ofSeveralConnections_waitForEachOther() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      let stores = try (0..<4).map { _ in SQLiteJobStore(try Library(at: url)) }
      for number in 0..<200 { _ = try await stores[0].submit(.make(number: number)) }
      let ended = try await withThrowingTaskGroup { group in
        for store in stores {
          group.addTask {
            var count = 0
            while let claimed = try await store.claim(by: "w") {
              _ = try await store.heartbeat(claimed.lease, JobPulse())
              if try await store.finish(claimed.lease, .succeeded(.make())) { count += 1 }
            }
            return count
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(ended == 200)
      #expect(try await stores[0].counts().states == [.succeeded: 200])
    }
  }
}
