import CommentCore
import Foundation
import Logging
import Metrics
import TestSupport
import Testing

@testable import commentbot

@Suite struct ScheduleTests {
  private let scratch: Scratch
  private let home: Home
  private let library: Library
  private let jobs: SQLiteJobStore
  private let start = Date(timeIntervalSince1970: 1_800_000_000)

  init() throws {
    scratch = try Scratch()
    home = Home(root: scratch.url)
    library = try Library(at: home.database)
    jobs = SQLiteJobStore(library)
  }

  private func send(_ text: String) async throws -> String {
    let audio = IncomingAudio(AudioInbox(folder: home.inbox))
    try await audio.append(Array(text.utf8))
    return try await audio.keep(as: "a.wav")
  }

  private func retention(after days: Double, _ change: (inout JobSettings) -> Void = { _ in }) -> Retention {
    var settings = JobSettings()
    change(&settings)
    return Retention(home: home, library: library, jobs: jobs, settings: settings) {
      Date(timeIntervalSinceNow: days * 86_400)
    }
  }

  @Test func backup_made_isAWholeLibraryAndOldOnesGo() async throws {
    let hash = try await send("some audio")
    _ = try await jobs.submit(
      JobSubmission(owner: "ann", order: JobOrder(name: "a.wav", audioHash: hash, byteCount: 10)))
    let folder = scratch.url.appending(path: "backups")
    let secret = scratch.url.appending(path: "secret")
    try Data("a long passphrase".utf8).write(to: secret)
    var settings = JobSettings()
    (settings.backupsKept, settings.backupsHaveAudio, settings.backupPassphraseFile) = (2, true, secret.path)
    func backup(after hours: Double) async throws -> String? {
      try await ScheduledBackup(home: home, library: library, folder: folder, settings: settings) { [start] in
        start.addingTimeInterval(hours * 3600)
      }.runIfDue()
    }
    #expect(try await backup(after: 0) != nil)
    #expect(try await backup(after: 23) == nil)
    #expect(try await backup(after: 24) != nil)
    #expect(try await backup(after: 49)?.contains("removed 1 old one") == true)

    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names.count == 2 && names.allSatisfy { $0.hasSuffix("Z.tar.age") }, "\(names)")
    let other = Home(root: scratch.url.appending(path: "other"))
    var restore = Restore(into: other)
    restore.passphrase = try Passphrase(file: secret)
    #expect(try await restore.restore(folder.appending(path: names[0])).aside == nil)
    let copy = try Library(at: other.database)
    #expect(try await copy.integrityProblems().isEmpty)
    #expect(try await SQLiteJobStore(copy).depth(owner: "ann", upTo: 9) == 1)
    #expect(try AudioInbox(folder: other.inbox).files().map(\.sha256) == [hash])
  }

  @Test func backup_besideOneOfAClockThatWasAhead_isMadeAllTheSame() async throws {
    let folder = scratch.url.appending(path: "backups")
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(Data(), to: folder.appending(path: "commentbot-20990101T000000Z.tar"))
    let backup = ScheduledBackup(home: home, library: library, folder: folder, settings: JobSettings()) { [start] in
      start
    }
    #expect(try await backup.runIfDue() != nil)
    #expect(try await backup.runIfDue() == nil)
  }

  @Test func audio_thatNobodyRefersTo_goesAfterADay() async throws {
    let (wanted, stray) = (try await send("wanted"), try await send("stray"))
    _ = try await jobs.submit(
      JobSubmission(owner: "ann", order: JobOrder(name: "a.wav", audioHash: wanted, byteCount: 6)))

    #expect(try await retention(after: 0.5).removeLeftovers() == 0)
    #expect(try await retention(after: 1.5).removeLeftovers() == 1)
    #expect(try AudioInbox(folder: home.inbox).files().map(\.sha256) == [wanted] && wanted != stray)
  }

  @Test func audio_keptForDays_goesWhenItsJobsAreDone() async throws {
    let hash = try await send("some audio")
    let order = JobOrder(name: "a.wav", audioHash: hash, byteCount: 10)
    let job = try await jobs.submit(JobSubmission(owner: "ann", order: order)).job

    #expect(try await retention(after: 8) { $0.audioDays = 7 }.run() == nil)
    _ = try await jobs.cancel(job.id, owner: "ann")
    #expect(try await retention(after: 6) { $0.audioDays = 7 }.run() == nil)
    #expect(try await retention(after: 8) { $0.audioDays = 7 }.run() == "1 audio file removed")
    #expect(try AudioInbox(folder: home.inbox).files().isEmpty)
    #expect(try await retention(after: 91).run()?.contains("1 job removed") == true)
  }

  @Test func transcripts_keptForDays_goWithAllThatIsOfThem() async throws {
    let made = Recording(
      sha256: String(repeating: "a", count: 64), name: "talk", path: "/in/talk.mp3", byteCount: 10,
      facts: AudioFacts(
        container: "mp3", codec: "mp3", sampleRate: 8000, channels: 1, duration: 2, filledSeconds: 0, tags: [:]))
    let transcript = Transcript(
      key: "key", language: "en", languageProbability: nil, duration: 2, engine: "engine", model: "model",
      options: TranscriptionOptions(), segments: [Segment(id: 0, start: 0, end: 2, text: " Hello.")], dropped: [])
    try await library.saveTranscript(transcript, of: made, folder: "talk", owner: "ann")
    try await library.save(made, owner: "bob")
    let folder = home.transcripts.appending(path: "talk")
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(Data("{}".utf8), to: folder.appending(path: "transcript.json"))

    #expect(try await retention(after: 400).run() == nil, "no days are set")
    #expect(try await retention(after: 29.9) { $0.transcriptDays = 30 }.run() == nil)
    #expect(try await library.owners(of: made.sha256) == ["ann", "bob"])
    #expect(try await retention(after: 30.1) { $0.transcriptDays = 30 }.run() == "2 recordings removed")
    #expect(try await library.recording(sha256: made.sha256) == nil)
    #expect(try await library.transcript(key: "key") == nil)
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    #expect(try await retention(after: 30.1) { $0.transcriptDays = 30 }.run() == nil)
  }

  @Test(arguments: [true, false])
  func recording_withAnOpenOrNewJob_isNotRemoved(isDone: Bool) async throws {
    let hash = try await send("some audio")
    let made = Recording(
      sha256: hash, name: "talk", path: "/in/talk.mp3", byteCount: 10,
      facts: AudioFacts(
        container: "mp3", codec: "mp3", sampleRate: 8000, channels: 1, duration: 2, filledSeconds: 0, tags: [:]))
    try await library.save(made, owner: "ann")
    let order = JobOrder(name: "a.wav", audioHash: hash, byteCount: 10)
    let job = try await jobs.submit(JobSubmission(owner: "ann", order: order)).job
    if isDone { _ = try await jobs.cancel(job.id, owner: "ann") }
    let days = 31.0
    #expect(try await retention(after: days) { $0.transcriptDays = 30 }.run() == (isDone ? "1 recording removed" : nil))
    #expect(try await library.owners(of: hash) == (isDone ? [] : ["ann"]))
  }

  @Test func schedule_thatFails_isCountedAndGoesOn() async throws {
    let registry = PrometheusRegistry()
    func run(_ work: @escaping @Sendable () async throws -> String?) async {
      await ScheduleService(
        name: "test", interval: .seconds(1), metrics: registry, logger: Logger(label: "test"), work: work
      ).runOnce()
    }
    await run { throw TestFailure("no") }
    await run { "done" }
    await run { nil }
    #expect(registry.text.contains(#"commentbot_schedule_runs_total{result="failed",schedule="test"} 1"#))
    #expect(registry.text.contains(#"commentbot_schedule_runs_total{result="succeeded",schedule="test"} 2"#))
  }
}
