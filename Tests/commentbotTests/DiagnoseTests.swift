import Foundation
import TestSupport
import Testing

/// Installations that are broken in one place each: `diagnose` names the place and the command that mends it.
struct DiagnoseTests {
  private struct Line: Decodable {
    var id: String
    var status: String
    var fix: String?
  }

  @Test func diagnose_healthy_hasNoFailure() throws {
    let home = try Installation()
    let (status, lines) = try diagnose(home)
    #expect(status == 0)
    #expect(lines.filter { $0.status == "failure" }.isEmpty)
    #expect(lines.allSatisfy { $0.status == "ok" || $0.fix != nil })
    // Nothing listens where the installation looks for Ollama, and the embedded model is there instead.
    #expect(lines.first { $0.id == "ollama.reachable" }?.status == "warning")
  }

  @Test(arguments: ["models.whisper", "models.vad", "models.llm"])
  func diagnose_missingModel_namesIt(id: String) throws {
    let home = try Installation()
    try home.ownModels()
    try FileManager.default.removeItem(at: model(id, home))
    try expectFailure(id, fix: "commentbot models pull", home)
  }

  @Test(arguments: ["models.whisper", "models.vad", "models.llm"])
  func diagnose_damagedModel_namesIt(id: String) throws {
    let home = try Installation()
    try home.ownModels()
    let file = try model(id, home)
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: file)
    try expectFailure(id, fix: "commentbot models pull", home)
  }

  @Test func diagnose_demandedOllamaIsNotThere_namesIt() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_LLM_ENGINE"] = "ollama"
    try expectFailure("ollama.reachable", fix: "ollama", home)
  }

  @Test func diagnose_malformedConfiguration_namesIt() throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("data/config"), withIntermediateDirectories: true)
    try Data("threads: several\n".utf8).write(to: home.file("data/config/commentbot.yml"))
    try expectFailure("configuration.values", fix: "", home)
  }

  @Test func diagnose_folderThatIsAFile_namesIt() throws {
    let home = try Installation()
    try Data().write(to: home.file("data/audio-cache"))
    let path = home.file("data/audio-cache").path
    try expectFailure("storage.audio_cache", fix: "mv '\(path)' '\(path).old'", home)
  }

  @Test func diagnose_folderThatMayNotBeWritten_saysTheCommandThatMendsIt() throws {
    let home = try Installation()
    let folder = home.file("data/transcripts")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    chmod(folder.path, 0o500)
    let result = try home.runWithoutPrivileges("diagnose", "--only", "storage,database")
    #expect(result.status == 1)
    #expect(result.out.contains("\(folder.path) cannot be written: permission denied"), "\(result.out)")
    let fix = "chmod -R u+rwX '\(folder.path)'"
    #expect(result.out.contains("→ \(fix)\n"))
    #expect(try Command.run("sh", ["-c", fix]).status == 0)
    #expect(try home.runWithoutPrivileges("diagnose", "--only", "storage,database").status == 0)
  }

  @Test func diagnose_databaseThatMayNotBeWritten_isNotMovedAside() throws {
    let home = try Installation()
    // It opens the library first, and so makes it.
    #expect(try home.run("process", "nowhere.mp3").status == 66)
    chmod(home.file("bd/commentbot/commentbot.sqlite").path, 0o400)
    let result = try home.runWithoutPrivileges("diagnose", "--only", "storage,database")
    #expect(
      result.out.contains("→ chmod -R u+rwX '\(home.file("bd/commentbot/commentbot.sqlite").path)'"), "\(result.out)")
  }

  @Test func diagnose_databaseOfANewerVersion_isNotMovedAside() throws {
    let home = try Installation()
    #expect(try home.run("process", "nowhere.mp3").status == 66)
    let database = home.file("bd/commentbot/commentbot.sqlite").path
    let change = "INSERT INTO grdb_migrations VALUES ('of next year')"
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
    #expect(try Command.run("python3", ["-c", script, database, change]).status == 0)
    try expectFailure("database.migrations", fix: "install the newer version", home)
    #expect(try !home.run("diagnose", "--only", "database").out.contains("mv "))
  }

  @Test func diagnose_homeWhereNothingMayBeWritten_saysToTakeAnother() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_HOME"] = "/sys/kernel/nowhere"
    let result = try home.run("diagnose", "--only", "storage")
    #expect(result.status == 1)
    #expect(result.out.contains("→ export COMMENTBOT_HOME=FOLDER") && !result.out.contains("sudo"), "\(result.out)")
  }

  @Test func diagnose_engines_areNamedWithTheirVersions() throws {
    let pattern = /libwhisper \d+\.\d+\.\d+, libllama \d+\.\d+\.\S+, ggml \d+\.\d+\.\d+ with(out)? OpenMP/
    #expect(try Installation().run("diagnose", "--only", "libraries").out.contains(pattern))
  }

  // MARK: -

  /// - Parameter only: groups, with commas between them; empty for all.
  private func diagnose(_ home: Installation, only: String = "") throws -> (status: Int32, lines: [Line]) {
    let result = try home.run("diagnose", "--json", "--only", only)
    let lines = try result.out.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    return (result.status, lines)
  }

  private func expectFailure(_ id: String, fix: String, _ home: Installation) throws {
    // Those of its group, and those that depend on it.
    let group = String(id.prefix { $0 != "." })
    let (status, lines) = try diagnose(home, only: group == "models" ? "models,engines" : group)
    #expect(status == 1)
    let failures = lines.filter { $0.status == "failure" }
    #expect(failures.map(\.id) == [id])
    #expect(failures.first?.fix?.contains(fix.isEmpty ? " " : fix) == true)
  }

  private func model(_ id: String, _ home: Installation) throws -> URL {
    let (folder, beginning) =
      switch id {
      case "models.whisper": ("whisper", "ggml-base")
      case "models.vad": ("whisper", "ggml-silero")
      default: ("llm", "smollm2")
      }
    let url = home.file("data/models/\(folder)")
    let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
    return url.appending(path: try #require(names.first { $0.hasPrefix(beginning) }))
  }
}
