import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// What `diagnose` measures, mends and tries.
struct DiagnoseMeasuresTests {
  @Test(arguments: [1_000_000, 300_000_000])
  func bodyLimit_ofAProxy_isMeasured(limit: Int) async throws {
    let proxy = try ListeningProgram.proxy(limit: limit)
    let measured = try #require(try UploadProbe("http://127.0.0.1:\(proxy.port)")?.limit(upTo: 4 << 30))
    #expect((Double(limit) * 0.97...Double(limit)).contains(Double(measured)))
    var home = try DiagnosedHome()
    home.diagnosis.settings.serve.publicURL = "http://127.0.0.1:\(proxy.port)/"
    let finding = try await home.finding("proxy.body_limit")
    #expect(finding?.status == (limit < 115_000_000 ? .failure : .warning))
    home.diagnosis.settings.jobs.maxBytes = limit / 100 * 107
    #expect(try await home.finding("proxy.body_limit")?.status == .ok)
    home.diagnosis.settings.jobs.maxBytes = limit / 2
    #expect(try await home.finding("proxy.body_limit")?.status == .ok)
  }

  @Test func certificate_ofAProxy_isJudged() async throws {
    var home = try DiagnosedHome()
    let proxy = try ListeningProgram.tls(days: 3, in: home.home.scratch.url)
    home.diagnosis.settings.serve.publicURL = "https://127.0.0.1:\(proxy.port)"
    #expect(try await home.finding("proxy.certificate")?.status == .failure)
    let ending = try #require(try await home.finding("proxy.certificate_expiry"))
    #expect(ending.status == .warning && ending.evidence.contains("2 days"), "\(ending.evidence)")
    home.diagnosis.now = { Date(timeIntervalSinceNow: 10 * 86_400) }
    #expect(try await home.finding("proxy.certificate_expiry")?.status == .failure)
    home.diagnosis.now = { Date(timeIntervalSinceNow: -30 * 86_400) }
    #expect(try await home.finding("proxy.certificate_expiry")?.status == .ok)
  }

  @Test func processor_againstTheBuild_isJudged() {
    let flags = "pni ssse3 avx avx2 f16c fma bmi2 sse2"
    func status(_ flags: String, _ build: Set<String>) -> Finding.Status {
      MachineChecks.processor(CPUFeatures(cpuinfo: "flags : \(flags)\n"), build: build).status
    }
    #expect(status(flags, ["SSE3", "AVX2", "FMA"]) == .ok)
    #expect(status(flags, ["SSE3", "AVX2", "FMA", "AVX512"]) == .failure)
    #expect(status(flags, ["SSE3"]) == .warning)
    #expect(status("pni sse2", ["SSE3"]) == .warning)
  }

  @Test func libraries_tooOld_areNamed() {
    #expect(LibraryChecks.ffmpeg("2.8.4").status == .failure)
    #expect(LibraryChecks.ffmpeg("5.1.9-0+deb12u1").status == .ok)
    #expect(LibraryChecks.sqlite("3.34.1").status == .failure)
    #expect(LibraryChecks.curl("libcurl/8.0 zlib/1.2").status == .failure)
  }

  @Test func fix_mendsWhatIsSafe_andSaysSo() throws {
    var home = try Installation()
    #expect(try home.run("process", "nowhere.mp3").status == 66)
    let leftover = home.file("data/transcripts/a/.12.tmp")
    try FileManager.default.createDirectory(
      at: leftover.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("half".utf8).write(to: leftover)
    let young = home.file("data/transcripts/a/.34.tmp")
    try Data("half".utf8).write(to: young)
    let secret = home.file("secret")
    try Data(String(repeating: "x", count: 32).utf8).write(to: secret)
    chmod(secret.path, 0o644)
    try Data().write(to: home.file("bd/commentbot/commentbot.sqlite-wal"))
    truncate(home.file("bd/commentbot/commentbot.sqlite-wal").path, 100_000_000)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -9000)], ofItemAtPath: leftover.path)
    let temporary = home.file("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    home.environment["TMPDIR"] = temporary.path
    home.environment["COMMENTBOT_WEBHOOKS_SECRET_FILE"] = secret.path
    let result = try home.run("diagnose", "--fix", "--only", "storage,database")
    #expect(result.status == 0, "\(result.out)")
    for text in [
      "mended: removed 1 temporary file", "mended: took 1 file away from others", "mended: made ",
      "mended: wrote the log",
    ] {
      #expect(result.out.contains(text), "\(text): \(result.out)")
    }
    #expect(result.out.hasSuffix("ready (0 warnings)\n"), "\(result.out)")
    #expect(
      !FileManager.default.fileExists(atPath: leftover.path) && FileManager.default.fileExists(atPath: young.path))
    #expect(FileManager.default.fileExists(atPath: home.file("data/inbox").path))
    let again = try home.run("diagnose", "--fix", "--only", "storage,database")
    #expect(!again.out.contains("mended"), "\(again.out)")
  }

  @Test func fix_thatCannotRemove_saysWhichAndHowMany() throws {
    var home = try Installation()
    home.environment["TMPDIR"] = home.file("tmp").path
    try home.write("tmp/README", "Nothing of tests before is here.")
    for name in ["data/transcripts/a/.12.tmp", "data/prompts/.34.tmp"] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -9000)], ofItemAtPath: home.write(name, "half").path)
    }
    let folder = home.file("data/transcripts/a").path
    chmod(folder, 0o500)
    defer { chmod(folder, 0o700) }
    let result = try home.runWithoutPrivileges("diagnose", "--fix", "--only", "storage.leftovers")
    #expect(result.status == 1 && result.out.contains("could not be mended: removed 1"), "\(result.out)")
    #expect(
      result.out.contains("removed 1 temporary file, and not \(folder)/.12.tmp: permission denied"), "\(result.out)")
  }

  /// The checks after it are made.
  @Test func fix_thatThrowsAnything_isAFailureOfThatCheck() async throws {
    let check = Check(.storage, "test", "a test") { _ in
      .warning("something is wrong", fix: "commentbot help") { throw TestFailure("the mending broke") }
    }
    let diagnosis = try DiagnosedHome().diagnosis
    let found = try #require(try await check.finding(in: diagnosis))
    let (finding, done) = try await check.mending(found, in: diagnosis)
    #expect(finding.status == .failure && done == nil)
    #expect(finding.evidence.contains("could not be mended: ") && finding.evidence.contains("the mending broke"))
  }

  @Test func leftovers_ofWhatIsAtWork_areNone() throws {
    let home = try DiagnosedHome()
    let inUse = try TemporaryFolder()
    try home.makeOld(inUse.url)
    let young = try home.write("data/transcripts/a/.12.tmp", "half")
    let locked = try home.write("data/audio-cache/ab/cd.tmp", "half")
    try home.makeOld(locked)
    let descriptor = open(locked.path, O_RDONLY)
    defer { close(descriptor) }
    flock(descriptor, LOCK_EX)
    let upload = try home.write("data/inbox/.34.tmp", "half")
    try home.makeOld(upload, seconds: 40_000)
    func files(at now: Date) -> [URL] {
      Leftovers(
        in: home.diagnosis.home, home.diagnosis.settings.jobs,
        temporaryFolder: inUse.url.deletingLastPathComponent(), now: now
      ).files
    }
    let found = files(at: Date()).map(\.path)
    for file in [inUse.url, young, locked, upload] { #expect(!found.contains(file.path)) }
    let later = files(at: Date(timeIntervalSinceNow: 100_000)).map(\.path)
    #expect(later.contains(young.path) && later.contains(upload.path))
    #expect(!later.contains(locked.path) && !later.contains(inUse.url.path))
  }

  @Test func only_takesChecksAndGroups_andRefusesOthers() throws {
    let home = try Installation()
    let ids = try home.run("diagnose", "--json", "--only", "libraries,clock.time").out.split(separator: "\n")
    #expect(ids.count == 6 && ids.last?.contains("clock.time") == true, "\(ids)")
    let unknown = try home.run("diagnose", "--only", "everything")
    #expect(unknown.status == 64 && unknown.error.contains("diagnose --list"))
    let list = try home.run("diagnose", "--list").out.split(separator: "\n")
    #expect(list.count == Check.all.count)
  }

  /// A disk that takes no hour of audio, in a mount namespace of the test's own.
  @Test func diagnose_smallDisk_namesIt() throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("data/audio-cache"), withIntermediateDirectories: true)
    let script = """
      mount -t tmpfs -o size=50m tmpfs '\(home.file("data/audio-cache").path)' \
      && '\(try Command.commentbot)' diagnose --only storage.hour
      """
    let result = try Command.run("unshare", ["-rm", "sh", "-c", script], environment: home.environment)
    #expect(result.status == 1, "\(result.error)")
    #expect(result.out.contains("✗") && result.out.contains("no space left"), "\(result.out)")
  }

  @Test func port_ofARunningServer_isKnown() async throws {
    let server = try RunningService.server("--workers", "0")
    var home = try DiagnosedHome()
    home.diagnosis.settings.serve.port = URLComponents(string: server.url)?.port ?? 0
    home.diagnosis.settings.serve.publicURL = server.url
    for id in ["ports.serve", "proxy.reachable", "proxy.body_limit", "clock.proxy"] {
      let finding = try await home.finding(id)
      #expect(finding?.status == .ok, "\(id): \(finding?.evidence ?? "")")
    }
    #expect(try await home.finding("proxy.keys")?.status == .failure)
  }

  @Test func deep_triesTheWholeWay() throws {
    var home = try Installation()
    // Beside other tests, threads that wait for each other take long.
    home.environment["COMMENTBOT_THREADS"] = "1"
    let result = try home.run("diagnose", "--only", "engines.whisper_speed,engines.llm_speed,storage.durable")
    #expect(result.status == 0, "\(result.out)")
    for pattern in [
      "One", "an hour of speech will take", "comments on an hour of audio will take about", "tokens a second",
      "flushed and read back",
    ] {
      #expect(result.out.contains(pattern), "\(result.out)")
    }
  }
}
