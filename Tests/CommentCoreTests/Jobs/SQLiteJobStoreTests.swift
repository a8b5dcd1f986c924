import Foundation
import GRDB
import Synchronization
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
        (try await plan(SQLiteJobStore.source, ["x", "ann"]), "jobs_by_audio (audio_hash=?)"),
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

  /// With 10,000 jobs waiting and SQLite's own figures of them, nothing goes through a whole table or sorts.
  @Test func queries_of10000Jobs_goByTheirIndexes() async throws {
    try await withLibrary { library in
      try await library.write { try Self.fill($0, count: 10_000) }
      for number in 1000..<1060 {
        let texts = (0..<10).map { " word\($0 % 7) and more" }
        try await library.saveTranscript(.make(texts, key: "\(number)"), of: .make("\(number)"), folder: "f")
      }
      try await library.write { try $0.execute(sql: "ANALYZE") }
      let statements = try await library.read { db in
        let statements = Statements()
        db.trace { statements.note($0) }
        _ = try String.fetchOne(db, sql: SQLiteJobStore.nextJob, arguments: ["now": 1])
        #expect(try Int.fetchOne(db, sql: SQLiteJobStore.depth, arguments: ["ann", 100]) == 100)
        _ = try Int.fetchOne(db, sql: "SELECT \(SQLiteJobStore.nextTurn)", arguments: ["owner": "ann"])
        for states in [[], [.queued], [.failed, .cancelled]] as [Set<Job.State>] {
          for before in [nil, "00005000"] {
            for audio in [nil, String(repeating: "0", count: 64)] {
              let filter = JobFilter(owner: "ann", states: states, audioHash: audio, before: before, limit: 50)
              let (condition, arguments) = SQLiteJobStore.condition(of: filter)
              _ = try SQLiteJobStore.jobs(where: condition, arguments, in: db)
            }
          }
        }
        _ = try SQLiteJobStore.job("00000001", owner: "ann", in: db)
        // Hits enough for every way that a search goes, and none.
        for words in ["and", "word3", "\"word3 and\"", "nothing", "wor*"] {
          for few in [0, 500] {
            _ = try SegmentSearch(
              query: SearchQuery(words), filter: RecordingFilter(owner: "local"), speaker: nil, offset: 0, limit: 20,
              fewTranscripts: few
            ).ids(in: db)
          }
        }
        db.trace(options: [])
        return statements.all
      }
      #expect(statements.count > 20)
      let changes = [
        "UPDATE jobs SET state = 'cancelled', finished_at = 1 WHERE id = '00000001'",
        "UPDATE jobs SET cancel_requested = 1 WHERE id = '00000001'",
        "SELECT * FROM job_events WHERE job = '00000001' AND seq > 1 ORDER BY seq LIMIT 9",
        "SELECT * FROM job_events WHERE seq > 1 ORDER BY seq LIMIT 9",
      ]
      for sql in statements + changes {
        let plan = try await library.read { db in
          try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
        }
        // A claim reads its index from the beginning; everything else looks for what it wants.
        let scans = plan.filter {
          $0.contains(/^SCAN (j|jobs|job_events|segments|s|t|transcripts|recordings|recording_owners)\b/)
        }
        #expect(scans.allSatisfy { $0 == "SCAN jobs USING COVERING INDEX jobs_ready" }, "\(sql): \(plan)")
        if sql.contains("jobs") { #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(sql): \(plan)") }
      }
    }
  }

  /// Jobs of two owners that wait.
  private static func fill(_ db: Database, count: Int) throws {
    try db.execute(
      sql: """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO jobs (id, owner, kind, params, audio_hash, unique_key, state, priority, vstart, run_at, max_attempts,
          created_at)
        SELECT printf('%08d', i), iif(i % 2, 'ann', 'bob'), 'process', ?, printf('%064d', i % 100), i, 'queued', 0, i, 0,
          5, 0
        FROM n
        """, arguments: [count, try JSONText.encode(JobSubmission.make().order)])
  }

  /// What a connection was asked.
  private final class Statements: Sendable {
    private let list = Mutex<[String]>([])

    func note(_ event: Database.TraceEvent) {
      if case .statement(let statement) = event, statement.sql.hasPrefix("SELECT") {
        list.withLock { $0.append(statement.expandedSQL) }
      }
    }

    var all: [String] { list.withLock(\.self) }
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
  @Test(.timeLimit(.minutes(60))) func writes_ofSeveralConnections_waitForEachOther() async throws {
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
