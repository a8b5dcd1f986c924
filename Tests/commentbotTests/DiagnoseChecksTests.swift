import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// Installations that are broken in one place each: the check of that place says so, and what mends it.
struct DiagnoseChecksTests {
  /// What is broken, and which check has to see it.
  struct Broken: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var id: String
    var status = Finding.Status.failure
    /// A part of what is said.
    var evidence: String?
    var make: @Sendable (inout DiagnosedHome) async throws -> Void
  }

  @Test(arguments: machines + folders + databases + models + servers + queues + exposures)
  func check_ofABrokenInstallation_namesIt(broken: Broken) async throws {
    var home = try DiagnosedHome()
    try await broken.make(&home)
    let finding = try #require(try await home.finding(broken.id), "nothing was said")
    #expect(finding.status == broken.status, "\(finding.evidence)")
    if let evidence = broken.evidence { #expect(finding.evidence.contains(evidence), "\(finding.evidence)") }
    #expect(finding.fix?.isEmpty == false)
  }

  @Test func checks_ofAHealthyInstallation_findNothing() async throws {
    var home = try DiagnosedHome()
    home.diagnosis.settings.ollamaHost = try SaidOllama().start()
    _ = try home.library()
    for check in Check.all where check.id != "machine.cpu" && check.id != "machine.threads" && !check.isDeep {
      let finding = try await check.finding(in: home.diagnosis)
      #expect(finding?.status ?? .ok == .ok, "\(check.id): \(finding?.evidence ?? "")")
    }
  }

  @Test func checks_haveIdsOfTheirGroups_eachOnce() {
    let ids = Check.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(Check.all.map(\.group)).count == CheckGroup.allCases.count)
    #expect(Check.all.allSatisfy { $0.id.hasPrefix($0.group.rawValue + ".") && !$0.title.isEmpty })
  }

  // MARK: - Machine and container

  private static let machines = [
    Broken(testDescription: "little memory", id: "machine.memory") {
      try $0.system("proc/meminfo", "MemAvailable: 100000 kB\n")
    },
    Broken(testDescription: "scarce memory", id: "machine.memory", status: .warning) {
      try $0.system("proc/meminfo", "MemAvailable: 300000 kB\n")
    },
    Broken(testDescription: "little memory for the container", id: "container.memory", evidence: "268.4 MB") {
      try $0.system("sys/fs/cgroup/box/memory.max", "268435456\n")
    },
    Broken(testDescription: "little memory above the container's group", id: "container.memory") {
      try $0.system("sys/fs/cgroup/box/memory.max", "max\n")
      try $0.system("sys/fs/cgroup/memory.max", "268435456\n")
    },
    Broken(testDescription: "little memory by version 1", id: "container.memory") {
      try $0.system("proc/self/cgroup", "4:memory:/docker/ab\n0::/\n")
      try $0.system("sys/fs/cgroup/memory/memory.limit_in_bytes", "268435456\n")
    },
    Broken(
      testDescription: "killed for want of memory", id: "container.kills", status: .warning, evidence: "3 programs"
    ) {
      try $0.system("sys/fs/cgroup/box/memory.events", "low 0\noom 3\noom_kill 3\n")
    },
    Broken(testDescription: "more threads than cores", id: "container.cpu", status: .warning, evidence: "0.5 cores") {
      $0.diagnosis.settings.threads = 2
      try $0.system("sys/fs/cgroup/box/cpu.max", "50000 100000\n")
    },
    Broken(testDescription: "throttled", id: "container.cpu", status: .warning, evidence: "80 %") {
      $0.diagnosis.settings.threads = 2
      try $0.system("sys/fs/cgroup/box/cpu.max", "200000 100000\n")
      try $0.system("sys/fs/cgroup/box/cpu.stat", "nr_periods 1000\nnr_throttled 800\n")
    },
    Broken(testDescription: "few processes", id: "container.processes", evidence: "10 of at most 50") {
      try $0.system("sys/fs/cgroup/box/pids.max", "50\n")
      try $0.system("sys/fs/cgroup/box/pids.current", "10\n")
    },
    Broken(testDescription: "a clock of long ago", id: "clock.time", evidence: "2001") {
      $0.diagnosis.now = { Date(timeIntervalSinceReferenceDate: 0) }
    },
    Broken(testDescription: "a clock that went back", id: "clock.library", evidence: "in the future") {
      _ = try await SQLiteJobStore($0.library()).submit($0.submission)
      $0.diagnosis.now = { Date(timeIntervalSinceNow: -86_400) }
    },
  ]

  // MARK: - Folders

  private static let folders = [
    Broken(testDescription: "a file for a folder", id: "storage.inbox", evidence: "cannot be written") {
      try $0.write("data/inbox", "")
    },
    Broken(testDescription: "a file above a folder", id: "storage.database", evidence: "is a file") {
      try FileManager.default.removeItem(at: $0.home.file("bd"))
      try $0.write("bd", "")
    },
    Broken(
      testDescription: "leftover file", id: "storage.leftovers", status: .warning, evidence: "1 temporary file left"
    ) {
      try $0.makeOld(try $0.write("data/transcripts/talk/.0123.tmp", "half"))
    },
    Broken(testDescription: "what a killed service had", id: "storage.leftovers", status: .warning) {
      let folder = $0.diagnosis.temporaryFolder.appending(path: "commentbot-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try $0.makeOld(folder)
    },
    Broken(testDescription: "a restore that was killed", id: "storage.restore", evidence: "not come to its end") {
      try $0.write("bd/commentbot/.unfinished-restore.json", "{}")
    },
    Broken(testDescription: "no folder for temporary files", id: "storage.temporary") {
      try FileManager.default.removeItem(at: $0.diagnosis.temporaryFolder)
    },
    Broken(testDescription: "leftover work on a model", id: "storage.leftovers", status: .warning) {
      try FileManager.default.removeItem(at: $0.home.file("data/models"))
      try $0.write("data/models/.tmp/work-999999999-x/model.bin", "half")
    },
    Broken(testDescription: "a cache over its budget", id: "storage.usage", status: .warning, evidence: "may have") {
      $0.diagnosis.settings.cacheBytes = 10
      try $0.write("data/audio-cache/ab/ab.wav", "more than ten bytes")
    },
    Broken(testDescription: "a secret that others may read", id: "storage.secrets", status: .warning) {
      let file = try $0.write("secret", String(repeating: "x", count: 32))
      chmod(file.path, 0o644)
      $0.diagnosis.settings.jobs.webhookSecretFile = file.path
    },
    Broken(testDescription: "a configuration with a key", id: "storage.secrets", status: .warning) {
      chmod(try $0.write("data/config/commentbot.yml", "whisper:\n  api_key: x\n").path, 0o640)
    },
  ]

  // MARK: - Database

  private static let databases = [
    Broken(testDescription: "a damaged page", id: "database.integrity") {
      _ = try $0.library()
      let file = try FileHandle(forUpdating: $0.diagnosis.home.database)
      for page in 4..<12 {
        try file.seek(toOffset: UInt64(page * 4096 + 1))
        try file.write(contentsOf: Data(repeating: 0xA5, count: 3000))
      }
    },
    Broken(testDescription: "no database", id: "database.integrity", evidence: "damaged") {
      try $0.write("bd/commentbot/commentbot.sqlite", String(repeating: "This is a text. ", count: 999))
    },
    Broken(testDescription: "an orphan", id: "database.integrity", evidence: "that is not there") {
      _ = try $0.library()
      try $0.sql("PRAGMA foreign_keys = OFF; INSERT INTO batch_jobs VALUES ('none', 'none');")
    },
    Broken(testDescription: "a newer version", id: "database.migrations", evidence: "newer version") {
      _ = try $0.library()
      try $0.sql("INSERT INTO grdb_migrations VALUES ('of next year');")
    },
    Broken(testDescription: "an older version", id: "database.migrations", status: .warning, evidence: "1 migration") {
      _ = try $0.library()
      try $0.sql("DELETE FROM grdb_migrations WHERE rowid = (SELECT max(rowid) FROM grdb_migrations);")
    },
    Broken(testDescription: "a long log", id: "database.wal", status: .warning, evidence: "MB") {
      _ = try $0.library()
      truncate(try $0.write("bd/commentbot/commentbot.sqlite-wal", "").path, 100_000_000)
    },
    Broken(testDescription: "no backup", id: "database.backup", status: .warning, evidence: "no backup") {
      $0.diagnosis.settings.jobs.backupFolder = $0.home.file("copies").path
    },
    Broken(testDescription: "an old backup", id: "database.backup", status: .warning, evidence: "old") {
      try $0.write("copies/commentbot-20200101T000000Z.tar", "")
      $0.diagnosis.settings.jobs.backupFolder = $0.home.file("copies").path
    },
  ]
  // MARK: - Models and other programs

  private static let models = [
    Broken(testDescription: "a truncated model", id: "models.vad", evidence: "bytes that were installed") {
      try $0.home.ownModels()
      truncate($0.home.file("data/models/whisper/ggml-silero-v6.2.0.bin").path, 1000)
    },
    Broken(testDescription: "a language model that does not load", id: "engines.llm", evidence: "cannot load") {
      let whole = try FileHandle(forReadingFrom: Package.root.appending(path: $0.languageModel))
      let part = $0.home.file("part.gguf")
      try (try whole.read(upToCount: 3_000_000) ?? Data()).write(to: part)
      $0.diagnosis.settings.llmModel = part.path
    },
    Broken(testDescription: "an unknown model", id: "models.whisper") {
      $0.diagnosis.settings.whisperModel = "enormous"
    },
  ]

  private static let servers = [
    Broken(testDescription: "Ollama demanded and away", id: "ollama.reachable") { $0.diagnosis.settings.llm = .ollama },
    Broken(testDescription: "an old Ollama", id: "ollama.version", status: .warning, evidence: "0.5.4") {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(version: "0.5.4").start()
    },
    Broken(testDescription: "an Ollama without models", id: "ollama.models", status: .warning) {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(models: []).start()
    },
    Broken(testDescription: "an Ollama without the model", id: "ollama.models", evidence: "llama3") {
      $0.diagnosis.settings.ollamaHost = try SaidOllama().start()
      ($0.diagnosis.settings.llm, $0.diagnosis.settings.ollamaModel) = (.ollama, "llama3")
    },
    Broken(testDescription: "a short context", id: "ollama.context", status: .warning, evidence: "made for 2048") {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(context: 2048).start()
    },
    Broken(
      testDescription: "no memory for context", id: "ollama.context", status: .warning, evidence: "for 2048 tokens"
    ) {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(size: 7_900_000_000).start()
    },
    Broken(testDescription: "no memory for the model", id: "ollama.memory", status: .warning) {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(size: 90_000_000_000).start()
    },
    Broken(testDescription: "a whisper service that is away", id: "whisper.service") {
      $0.diagnosis.settings.whisperURL = try ReplayServer.refusingURL()
    },
    Broken(testDescription: "a whisper service of another version", id: "whisper.version", status: .warning) {
      let list = #"{"data":[{"id":"base","commentbot_window":1,"digest":"ab","commentbot_version":"0.0.1"}]}"#
      $0.diagnosis.settings.whisperURL = try ReplayServer { _ in [.reply(list)] }.url
    },
    Broken(testDescription: "a chat server that is away", id: "llm.service") {
      $0.diagnosis.settings.llmURL = try ReplayServer.refusingURL() + "/v1"
    },
    Broken(testDescription: "a taken port", id: "ports.serve", evidence: "taken by another program") {
      $0.diagnosis.settings.serve.port = Int(try ReplayServer { _ in [.reply("{}")] }.port)
    },
    Broken(testDescription: "an address of another machine", id: "ports.serve") {
      ($0.diagnosis.settings.serve.host, $0.diagnosis.settings.serve.port) = ("192.0.2.1", 8080)
    },
    Broken(testDescription: "another program in public", id: "proxy.reachable") {
      $0.diagnosis.settings.serve.publicURL = try ReplayServer { _ in [.reply("{}")] }.url
    },
    Broken(testDescription: "no key in public", id: "proxy.keys", evidence: "everybody") {
      $0.diagnosis.settings.serve.publicURL = try ReplayServer { _ in [.reply("{}")] }.url
    },
    Broken(testDescription: "another clock in public", id: "clock.proxy") {
      let head = ["Date": "Mon, 01 Jan 2001 00:00:00 GMT"]
      $0.diagnosis.settings.serve.publicURL = try ReplayServer { _ in [.reply("ok", headers: head)] }.url
    },
  ]

  // MARK: - Queue and exposure

  private static let queues = [
    Broken(testDescription: "nobody works", id: "queue.waiting", evidence: "nobody works") {
      _ = try await SQLiteJobStore($0.library(at: .long)).submit($0.submission)
    },
    Broken(testDescription: "a silent worker", id: "queue.stuck", evidence: "no sign") {
      let store = SQLiteJobStore(try $0.library(at: .long))
      _ = try await store.submit($0.submission)
      _ = try await store.claim(by: "w")
    },
    Broken(testDescription: "a job that was given up", id: "queue.failed", status: .warning, evidence: "no sound in it")
    {
      let store = SQLiteJobStore(try $0.library())
      _ = try await store.submit($0.submission)
      let claim = try #require(try await store.claim(by: "w"))
      let error = CommentBotError(.unreadableAudio, "decode", "a", cause: "no sound in it")
      _ = try await store.finish(claim.lease, .failed(error))
    },
  ]

  private static let exposures = [
    Broken(testDescription: "open to others without keys", id: "exposure.keys", evidence: "refuses to start") {
      $0.diagnosis.settings.serve.host = "0.0.0.0"
    },
    Broken(testDescription: "only revoked keys", id: "exposure.keys", status: .warning, evidence: "revoked") {
      let key = KeyToken()
      let library = try $0.library()
      _ = try await library.add(
        APIKey(id: key.id, owner: "ann", name: "", scopes: ["read"], created: Date()), digest: key.digest)
      _ = try await library.revokeKey(key.id)
    },
    Broken(testDescription: "open to others without TLS", id: "exposure.tls", status: .warning) {
      $0.diagnosis.settings.serve.host = "0.0.0.0"
    },
    Broken(testDescription: "public without TLS", id: "exposure.tls", status: .warning) {
      $0.diagnosis.settings.serve.publicURL = "http://example.org"
    },
    Broken(testDescription: "pages without TLS", id: "exposure.origins", status: .warning) {
      $0.diagnosis.settings.serve.corsOrigins = ["http://example.org"]
    },
    Broken(testDescription: "all files", id: "exposure.paths", status: .warning) {
      $0.diagnosis.settings.jobs.allowedPaths = ["/"]
    },
    Broken(testDescription: "private callbacks", id: "exposure.callbacks", status: .warning) {
      $0.diagnosis.settings.jobs.allowsPrivateCallbacks = true
    },
    Broken(testDescription: "a short secret", id: "exposure.callbacks", evidence: "16 bytes") {
      $0.diagnosis.settings.jobs.webhookSecretFile = try $0.write("secret", "short").path
    },
    Broken(testDescription: "recordings in the clear", id: "exposure.outgoing", status: .warning) {
      $0.diagnosis.settings.whisperURL = "http://10.1.2.3:9000"
    },
  ]
}

extension Date {
  fileprivate static var long: Date { Date(timeIntervalSinceNow: -7200) }
}
