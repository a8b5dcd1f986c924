import Foundation
import TestSupport
import Testing

/// A server whose database is locked, damaged or not to be written any more.
@Suite(.timeLimit(.minutes(60))) struct DatabaseFaultTests {
  private static let batch = ["--json", #"{"items": []}"#]

  private struct Page: Decodable {
    struct Line: Decodable {
      var id: String
    }
    var batches: [Line]
  }

  private static func database(_ home: Installation) -> String { home.file("bd/commentbot/commentbot.sqlite").path }

  /// A transaction of another process that writes.
  private final class WriteLock {
    private let process = Process()
    private let input = Pipe()

    init(_ home: Installation) throws {
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [
        "python3", "-c",
        """
        import sqlite3, sys
        db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
        # Something is in the log already, as where others work: GRDB writes into an empty one when it opens.
        db.execute("PRAGMA user_version = %d" % db.execute("PRAGMA user_version").fetchone()[0])
        db.execute("BEGIN IMMEDIATE")
        print("locked", flush=True)
        sys.stdin.read()
        db.execute("ROLLBACK")
        """, DatabaseFaultTests.database(home),
      ]
      let out = Pipe()
      (process.standardInput, process.standardOutput) = (input, out)
      try process.run()
      if out.fileHandleForReading.availableData.isEmpty { throw TestFailure("the database was not locked") }
    }

    deinit { release() }

    func release() {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }

  @Test func database_lockedForAWhile_requestsWait() throws {
    let service = try RunningService.server("--workers", "0")
    let lock = try WriteLock(service.home)
    let answer = service.home.file("answer")
    let client = try service.start("/v1/batches", Self.batch, output: answer)
    // Who only reads does not wait.
    for _ in 0..<20 { #expect(try service.ask("/v1/jobs").status == 200) }
    #expect(client.isRunning)
    lock.release()
    client.waitUntilExit()
    let made = try JSONDecoder().decode(JobAPITests.Batch.self, from: Data(contentsOf: answer))
    let page: Page = try service.ask("/v1/batches").json()
    #expect(page.batches.map(\.id) == [made.batch.id])
  }

  /// As by a worker that was stopped in the middle.
  @Test func server_startsWhileAnotherProcessWrites() throws {
    let home = try Installation()
    #expect(try home.run("jobs", "list").status == 0)
    let lock = try WriteLock(home)
    let service = try RunningService.server("--workers", "0", home: home)
    #expect(try service.ask("/v1/jobs").status == 200)
    lock.release()
    #expect(try service.ask("/v1/batches", Self.batch).status == 202)
  }

  @Test func database_lockedForLong_isToldAsBusy() throws {
    let service = try RunningService.server("--workers", "0")
    let lock = try WriteLock(service.home)
    let reply = try service.ask("/v1/batches", Self.batch)
    #expect(reply.status == 503 && reply.headers["retry-after"] == "5", "\(reply)")
    #expect(try reply.json(ProblemJSON.self).code == "busy")
    lock.release()
    #expect(try service.ask("/v1/batches", Self.batch).status == 202)
  }

  @Test func database_withADamagedPage_isToldByNameAndNothingCrashes() throws {
    let home = try Installation()
    do {
      let service = try RunningService.server("--workers", "0", home: home)
      let audio = try JobAPITests.noise("a.wav", in: service)
      #expect(try service.ask("/v1/jobs", "-F", "file=@\(audio.path)").status == 202)
    }
    try Self.python(
      """
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1])
      page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'jobs'").fetchone()[0]
      size = db.execute("PRAGMA page_size").fetchone()[0]
      db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      db.close()
      with open(sys.argv[1], "r+b") as file:
          file.seek((page - 1) * size)
          file.write(b"\\xee" * size)
      """, home)
    // With a worker, which meets the damage all the time.
    let service = try RunningService.server("--workers", "1", home: home)
    let audio = try JobAPITests.noise("b.wav", in: service)
    for arguments in [[], ["-F", "file=@\(audio.path)"]] {
      try Self.check(service.ask("/v1/jobs", arguments), "database", service)
    }
    try Self.checkReadiness(service, "database")
    // A worker alone has nothing else to do.
    let result = try home.run("worker")
    #expect(result.status == 74, "\(result)")
  }

  @Test func database_thatBecomesReadOnly_isToldByNameAndStillRead() throws {
    let service = try RunningService.server("--workers", "0")
    #expect(try service.ask("/v1/batches", Self.batch).status == 202)
    // A file format that this SQLite may read but not write: as a file system that has become read-only.
    try Self.python(
      """
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1], isolation_level=None)
      db.execute("PRAGMA user_version = 1")
      assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
      with open(sys.argv[1], "r+b") as file:
          file.seek(18)
          file.write(b"\\x03")
      """, service.home)
    try Self.check(service.ask("/v1/batches", Self.batch), "permission", service)
    let page: Page = try service.ask("/v1/batches").json()
    #expect(page.batches.count == 1)
    try Self.checkReadiness(service, "permission")
  }

  @Test func server_onAReadOnlyDatabase_doesNotStartAndSaysWhy() throws {
    let home = try Installation()
    #expect(try home.run("jobs", "list").status == 0)
    let folder = home.file("bd/commentbot").path
    #expect(try Command.run("chmod", ["-R", "a-w", folder]).status == 0)
    let result = try home.runWithoutPrivileges("serve", "--port", "0")
    #expect(try Command.run("chmod", ["-R", "u+w", folder]).status == 0)
    #expect(result.status == 77 && result.error.contains("(permission)\n  → "), "\(result.error)")
  }

  // MARK: - Checks

  private static func check(_ reply: RunningService.Reply, _ code: String, _ service: RunningService) throws {
    #expect(reply.status == 500 && reply.headers["content-type"] == "application/problem+json", "\(reply)")
    #expect(try reply.json(ProblemJSON.self).code == code)
    #expect(!reply.body.contains(service.home.scratch.url.path), "\(reply.body)")
  }

  private static func checkReadiness(_ service: RunningService, _ code: String) throws {
    let reply = try service.ask("/health/ready")
    let check = try reply.json(ReadinessJSON.self).checks["database"]
    #expect(reply.status == 503 && check?.ready == false && check?.code == code, "\(reply.body)")
    #expect(try service.ask("/health/live").status == 200)
    #expect(service.process.isRunning)
  }

  private static func python(_ script: String, _ home: Installation) throws {
    let result = try Command.run("python3", ["-c", script, database(home)])
    if result.status != 0 { throw TestFailure(result.error) }
  }
}
