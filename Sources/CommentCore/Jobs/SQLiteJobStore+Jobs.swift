import Foundation
import GRDB

extension SQLiteJobStore {
  public func job(_ id: String, owner: String) async throws -> Job {
    try await library.read { try Self.job(id, owner: owner, in: $0) }
  }

  static let source = """
    SELECT json_extract(params, '$.name'), json_extract(params, '$.byteCount'), json_extract(params, '$.path')
    FROM jobs WHERE audio_hash = ? AND +owner = ? ORDER BY id DESC LIMIT 1
    """

  public func source(ofAudio audioHash: String, owner: String) async throws -> JobOrder? {
    try await library.read { db in
      let row = try Row.fetchOne(db.cachedStatement(sql: Self.source), arguments: [audioHash, owner])
      return row.map { JobOrder(name: $0[0], audioHash: audioHash, byteCount: $0[1], path: $0[2]) }
    }
  }

  public func jobs(_ filter: JobFilter) async throws -> [JobSummary] {
    let (condition, arguments) = Self.condition(of: filter)
    return try await library.read { try Self.summaries(where: condition, arguments, in: $0) }
  }

  /// The condition, order and limit of a list.
  static func condition(of filter: JobFilter) -> (sql: String, arguments: StatementArguments) {
    var conditions: [String] = []
    var arguments: StatementArguments = []
    func require(_ condition: String, _ value: String?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += [value]
    }
    // The plus keeps SQLite from going by another index than that of what there are fewest of.
    require(filter.audioHash == nil ? "j.owner = ?" : "+j.owner = ?", filter.owner)
    require("j.id IN (SELECT job FROM batch_jobs WHERE batch = ?)", filter.batch)
    require("j.audio_hash = ?", filter.audioHash)
    require("j.id < ?", filter.before)
    if !filter.states.isEmpty {
      // Raw values of an enumeration, which need no escapes.
      let isForAll = filter.owner == nil && filter.batch == nil && filter.audioHash == nil
      let state = isForAll ? "j.state" : "+j.state"
      conditions.append("\(state) IN (\(filter.states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")))")
    }
    let condition = conditions.isEmpty ? "true" : conditions.joined(separator: " AND ")
    return ("\(condition) ORDER BY j.id DESC LIMIT \(min(1000, max(0, filter.limit)))", arguments)
  }

  public func history(of id: String, owner: String) async throws -> JobHistory {
    try await library.read { db in
      let job = try Self.job(id, owner: owner, in: db)
      let rows = try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM job_attempts WHERE job = ? ORDER BY number"), arguments: [id])
      return JobHistory(
        job: job,
        attempts: try rows.map { row in
          JobAttempt(
            number: row["number"], worker: row["worker"], started: Date(milliseconds: row["started_at"]),
            ended: (row["ended_at"] as Int64?).map(Date.init(milliseconds:)),
            end: (row["end"] as String?).flatMap(JobAttempt.End.init), error: try decoded(row["error"]))
        })
    }
  }

  public func counts() async throws -> JobCounts {
    let now = library.now().milliseconds
    return try await library.read { db in
      let since = try Int64.fetchOne(
        db, sql: "SELECT min(run_at) FROM jobs INDEXED BY jobs_waiting WHERE state = 'queued' AND run_at <= ?",
        arguments: [now])
      return JobCounts(
        states: try Self.states(Row.fetchAll(db, sql: "SELECT state, count(*) AS n FROM jobs GROUP BY state")),
        oldestWait: since.map { Double(now - $0) / 1000 })
    }
  }

  /// Counted in the index alone; its plan is asserted by a test.
  static let depth = """
    SELECT count(*) FROM (
      SELECT 1 FROM jobs INDEXED BY jobs_open WHERE owner = ? AND state IN ('queued', 'running') LIMIT ?)
    """

  public func depth(owner: String, upTo limit: Int) async throws -> Int {
    try await library.read { db in
      try Int.fetchOne(db.cachedStatement(sql: Self.depth), arguments: [owner, max(0, limit)]) ?? 0
    }
  }

  // MARK: - Rows

  static let columns = """
    SELECT j.*, r.result, (SELECT min(batch) FROM batch_jobs WHERE job = j.id) AS batch
    FROM jobs j LEFT JOIN job_results r ON r.job = j.id
    """

  static func job(_ id: String, owner: String, in db: Database) throws -> Job {
    if let job = try jobs(where: "j.id = ? AND j.owner = ?", [id, owner], in: db).first { return job }
    throw CommentBotError(.notFound, "find", "the job \(id)", cause: "no job has this id", hint: "commentbot jobs list")
  }

  static func jobs(where condition: String, _ arguments: StatementArguments, in db: Database) throws -> [Job] {
    let statement = try db.cachedStatement(sql: "\(columns) WHERE \(condition)")
    return try Row.fetchAll(statement, arguments: arguments).map { row in
      Job(
        id: row["id"], owner: row["owner"], kind: Job.Kind(rawValue: row["kind"]) ?? .process,
        order: try JSONText.decode(from: row["params"]), batch: row["batch"],
        state: Job.State(rawValue: row["state"]) ?? .queued, priority: row["priority"],
        runAt: Date(milliseconds: row["run_at"]), attempt: row["attempt"], maxAttempts: row["max_attempts"],
        crashes: row["crashes"], isCancelRequested: row["cancel_requested"],
        stage: (row["stage"] as String?).flatMap(PipelineEvent.Stage.init), progress: row["progress"],
        lastError: try decoded(row["last_error"]), created: Date(milliseconds: row["created_at"]),
        finished: (row["finished_at"] as Int64?).map(Date.init(milliseconds:)), result: try decoded(row["result"]))
    }
  }

  static let summaryColumns = """
    SELECT j.id, j.kind, j.state, json_extract(j.params, '$.name') AS name, j.audio_hash,
      (SELECT min(batch) FROM batch_jobs WHERE job = j.id) AS batch, j.priority, j.attempt, j.cancel_requested, j.stage,
      j.progress, j.created_at, j.finished_at, j.last_error
    FROM jobs j
    """

  static func summaries(
    where condition: String, _ arguments: StatementArguments, in db: Database
  ) throws -> [JobSummary] {
    let statement = try db.cachedStatement(sql: "\(summaryColumns) WHERE \(condition)")
    return try Row.fetchAll(statement, arguments: arguments).map { row in
      JobSummary(
        id: row[0], kind: Job.Kind(rawValue: row[1]) ?? .process, state: Job.State(rawValue: row[2]) ?? .queued,
        name: row[3], audioHash: row[4], batch: row[5], priority: row[6], attempt: row[7], isCancelRequested: row[8],
        stage: (row[9] as String?).flatMap(PipelineEvent.Stage.init), progress: row[10],
        created: Date(milliseconds: row[11]), finished: (row[12] as Int64?).map(Date.init(milliseconds:)),
        lastError: try decoded(row[13]))
    }
  }

  static func states(_ rows: [Row]) -> [Job.State: Int] {
    Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in Job.State(rawValue: row["state"]).map { ($0, row["n"]) } })
  }
}

private func decoded<Value: Decodable>(_ text: String?) throws -> Value? {
  try text.map { try JSONText.decode(from: $0) }
}
