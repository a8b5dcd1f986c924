import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// What is broken, and which check has to see it.
struct Broken: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var id: String
  var status = Finding.Status.failure
  /// A part of what is said.
  var evidence: String?
  var make: @Sendable (inout DiagnosedHome) async throws -> Void
}

/// Broken machines, folders and databases.
extension Broken {
  static var ofThisMachine: [Broken] { machines + folders + databases }

  // MARK: - Machine and container

  static let machines = [
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
    Broken(testDescription: "root in a container", id: "container.user", status: .warning, evidence: "root") {
      ($0.diagnosis.place, $0.diagnosis.user) = (.image(container: "3f2a9c"), 0)
    },
    Broken(testDescription: "a container that can be changed", id: "container.root", status: .warning) {
      $0.diagnosis.place = .image(container: "3f2a9c")
      try $0.system("proc/self/mounts", "overlay / overlay rw,relatime 0 0\nproc /proc proc ro 0 0\n")
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

  static let folders = [
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

  static let databases = [
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
}
