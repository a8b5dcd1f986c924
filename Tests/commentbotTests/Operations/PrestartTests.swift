import CommentCore
import Foundation
import TestSupport
import Testing

/// What runs before a service starts, and what tells that it has: `migrate`, `keys create --if-none`, `healthcheck`.
@Suite(.serialized) struct PrestartTests {
  @Test func migrate_whereThereIsNone_makesALibraryThatServes() throws {
    let home = try Installation()
    for _ in 1...2 {
      let result = try home.run("migrate")
      #expect(
        result.status == 0 && result.out.contains("bd/commentbot/commentbot.sqlite is of this version"),
        "\(result.error)")
    }
    #expect(try home.run("diagnose", "--only", "database").status == 0)
  }

  @Test func migrate_ofAnOlderLibrary_makesWhatIsPending() async throws {
    let filled = try await FilledHome(["talk"])
    // The index of the last migration is gone with its name, so that it can be made again.
    let change = """
      DELETE FROM grdb_migrations WHERE identifier = 'open jobs counted in their index'; DROP INDEX jobs_open;
      CREATE INDEX jobs_active ON jobs (owner, vstart) WHERE state IN ('queued', 'running')
      """
    let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
    #expect(try Command.run("python3", ["-c", script, filled.root.database.path, change]).status == 0)
    let before = try filled.home.run("diagnose", "--only", "database.migrations")
    #expect(before.out.contains("1 migration pending") && before.out.contains("commentbot migrate"), "\(before.out)")
    #expect(try filled.home.run("migrate").status == 0)
    #expect(try filled.home.run("diagnose", "--only", "database.migrations").out.contains("those of this version"))
    #expect(try filled.home.run("list").out.contains("talk"))
  }

  @Test func migrate_ofANewerOrDamagedLibrary_saysWhatToDo() async throws {
    let filled = try await FilledHome(["talk"])
    let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
    let change = "INSERT INTO grdb_migrations VALUES ('of next year')"
    #expect(try Command.run("python3", ["-c", script, filled.root.database.path, change]).status == 0)
    let newer = try filled.home.run("migrate")
    #expect(newer.status == 76 && newer.error.contains("install the newer version"), "\(newer.error)")
    try Data(repeating: 7, count: 50_000).write(to: filled.root.database)
    let damaged = try filled.home.run("migrate")
    #expect(
      damaged.status == 74 && damaged.error.contains("is damaged") && damaged.error.contains("→"), "\(damaged.error)")
    #expect(damaged.out.isEmpty)
  }

  @Test func keysCreate_ifNone_printsAKeyOnce() throws {
    let home = try Installation()
    let first = try home.run("keys", "create", "--if-none", "--name", "first", "--scopes", "read,write,admin")
    #expect(
      first.status == 0 && first.out.hasPrefix("cbk_") && first.out.split(separator: "\n").count == 1, "\(first.error)")
    let key = first.out.trimmingCharacters(in: .newlines)
    for _ in 1...2 {
      let again = try home.run("keys", "create", "--if-none", "--name", "first", "--scopes", "read,write,admin")
      #expect(again.status == 0 && again.out.isEmpty && !again.error.contains("cbk_"))
      #expect(again.error.contains("commentbot keys list"))
    }
    #expect(try home.run("keys", "list").out.split(separator: "\n").count == 1)
    let service = try RunningService.server("--workers", "0", home: home)
    #expect(try service.ask("/v1/jobs").status == 401)
    #expect(try service.ask("/v1/jobs", "-H", "Authorization: Bearer \(key)").status == 200)
    // Revoking the last one does not make a new one at the next start.
    let id = try #require(home.run("keys", "list").out.split(separator: " ").first.map(String.init))
    #expect(try home.run("keys", "revoke", id).status == 0)
    #expect(try home.run("keys", "create", "--if-none").out.isEmpty)
  }

  @Test func healthcheck_ofAServiceThatIsReady_succeedsSilently() throws {
    let service = try RunningService.server("--workers", "0")
    for url in [service.url, service.url + "/"] {
      #expect(try service.home.run("healthcheck", "--url", url).status == 0)
    }
    let ready = try service.home.run("healthcheck", "--url", service.url + "/health/ready")
    #expect(ready.status == 0 && ready.out.isEmpty && ready.error.isEmpty, "\(ready.error)")
    // By the port of the settings, without --url.
    var home = service.home
    home.environment["COMMENTBOT_SERVE_PORT"] = service.url.split(separator: ":").last.map(String.init)
    #expect(try home.run("healthcheck").status == 0)
    let unknown = try home.run("healthcheck", "--url", service.url + "/nowhere")
    #expect(unknown.status == 1 && unknown.error.contains("answers 404"), "\(unknown.error)")
  }

  @Test func healthcheck_ofAServiceThatIsAwayOrNotReady_saysWhy() async throws {
    let home = try Installation()
    let away = try home.run("healthcheck", "--url", "http://127.0.0.1:1/health/ready")
    #expect(away.status == 1 && away.error.contains("127.0.0.1:1"), "\(away.error)")
    let server = try ReplayServer { _ in [.reply(#"{"status":"not ready"}"#, status: 503)] }
    let unready = try home.run("healthcheck", "--url", server.url + "/health/ready")
    #expect(unready.status == 1 && unready.error.contains("answers 503") && unready.error.contains("not ready"))
  }
}
