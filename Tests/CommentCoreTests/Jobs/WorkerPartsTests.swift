import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CommentCore

/// What workers are made of, without a store.
struct WorkerPartsTests {
  @Test func reaper_takesOnlyWhatHasNotChangedForOneLease() {
    var reaper = Reaper(lease: .seconds(60))
    let start = SuspendingClock.now
    func pulse(_ job: String, _ beat: Int64, lease: String = "l") -> LeasePulse {
      LeasePulse(lease: Lease(job: job, id: lease), beat: beat)
    }
    #expect(reaper.expired(among: [pulse("a", 1), pulse("b", 1)], at: start).isEmpty)
    #expect(reaper.expired(among: [pulse("a", 1), pulse("b", 2)], at: start + .seconds(59)).isEmpty)
    #expect(reaper.expired(among: [pulse("a", 1), pulse("b", 2)], at: start + .seconds(60)) == [pulse("a", 1)])
    // The same job under another lease begins anew, and so does one that was away.
    #expect(reaper.expired(among: [pulse("a", 1, lease: "m")], at: start + .seconds(119)).isEmpty)
    #expect(reaper.expired(among: [pulse("b", 2)], at: start + .seconds(150)).isEmpty)
    #expect(reaper.expired(among: [pulse("b", 2)], at: start + .seconds(210)) == [pulse("b", 2)])
  }

  @Test func gate_thatIsClosed_opensWhenEachFolderCanBeWritten() async throws {
    try await withTemporaryFolder { folder in
      let missing = folder.appending(path: "not/there")
      let gate = DiskGate(folders: [folder, missing])
      #expect(await gate.tryOpen())
      #expect(!FileManager.default.fileExists(atPath: missing.path), "an open gate writes nothing")
      gate.close()
      #expect(await gate.tryOpen())
      // The folder was made, and no probe is left.
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      #expect(files.sorted() == ["not", "not/there"])

      // Nobody can make files in /sys, not even root.
      let shut = DiskGate(folders: [folder, URL(filePath: "/sys/kernel/commentbot")])
      #expect(await shut.tryOpen())
      shut.close()
      #expect(await !shut.tryOpen())
      #expect(await !shut.tryOpen(), "it stays closed")
    }
  }

  @Test func memory_thatIsShort_isForOneWorkerAtATime() {
    let isShort = Mutex(true)
    let gate = MemoryGate { isShort.withLock(\.self) }
    #expect(gate.enter())
    #expect(!gate.enter() && !gate.enter())
    gate.leave()
    #expect(gate.enter(), "it was left")
    isShort.withLock { $0 = false }
    #expect(gate.enter(), "there is room for two now")
    isShort.withLock { $0 = true }
    gate.leave()
    #expect(!gate.enter(), "the other one still works")
    gate.leave()
    #expect(gate.enter())
  }

  @Test func errors_areToldApartByWhatWouldMendThem() {
    func word(_ error: any Error) -> String {
      switch JobOutcome(of: error) {
      case .retry: "retry"
      case .snooze: "snooze"
      case .failed: "failed"
      case .shutdown: "shutdown"
      case .cancelled, .succeeded: "?"
      }
    }
    func word(_ code: CommentBotError.Code) -> String { word(CommentBotError(code, "do", "x", cause: "y")) }
    for code in [.unreadableAudio, .usage, .inputMissing, .modelMissing, .notFound] as [CommentBotError.Code] {
      #expect(word(code) == "failed")
    }
    for code in [.serverError, .cutOff, .busy, .diskFull, .io, .engine, .badReply] as [CommentBotError.Code] {
      #expect(word(code) == "retry")
    }
    #expect(word(.unreachable) == "snooze" && word(POSIXError(.EIO)) == "retry")
    // Nobody has asked for it: given back at once, it would go round for ever.
    #expect(word(.cancelled) == "retry" && word(CancellationError()) == "retry")
  }

  @Test func news_tellTheNewestProgressOnceASecond() throws {
    let news = JobNews()
    let start = SuspendingClock.now
    #expect(Self.told(news, at: start) == nil)
    news.progress(.decode, done: 1, total: 10)
    news.progress(.decode, done: 2, total: 10)
    let first = try #require(Self.told(news, at: start))
    #expect(first.events.map(\.data) == [#"{"done":2,"stage":"decode","total":10}"#])
    #expect(first.stage == .decode && first.progress == 0.2)
    news.progress(.decode, done: 9, total: 10)
    #expect(Self.told(news, at: start + .milliseconds(999)) == nil)
    #expect(Self.told(news, at: start + .seconds(1))?.events.count == 1)
    #expect(Self.told(news, at: start + .seconds(2)) == nil)
    // A heartbeat that is due goes with nothing to tell.
    let beat = try #require(Self.told(news, at: start + .seconds(3), isDue: true))
    #expect(beat.events.isEmpty && beat.progress == 0.9)
  }

  @Test func news_joinPiecesOfACommentAndKeepWhatWasNotTold() throws {
    let news = JobNews()
    for piece in ["All ", "is ", "well."] { news.comment("summary", text: piece) }
    news.comment("quotes", text: "\"Yes\"")
    guard case .pulse(let pulse) = news.take(at: .now, isDue: false) else { throw TestFailure("nothing to tell") }
    #expect(
      pulse.events.map(\.data) == [
        #"{"kind":"summary","text":"All is well."}"#, #"{"kind":"quotes","text":"\"Yes\""}"#,
      ])
    news.notice("later")
    // Who ends the job waits for what the heart may bring back.
    guard case .underway = news.take(at: .now, isDue: true) else { throw TestFailure("told twice at once") }
    news.giveBack(pulse)
    let again = try #require(Self.told(news, at: .now))
    #expect(again.events.map(\.kind) == [.comment, .comment, .notice])
  }

  /// What is taken, and arrives.
  private static func told(_ news: JobNews, at now: SuspendingClock.Instant, isDue: Bool = false) -> JobPulse? {
    guard case .pulse(let pulse) = news.take(at: now, isDue: isDue) else { return nil }
    news.arrived()
    return pulse
  }

  @Test func failpoints_areParsedOrNamedAsMalformed() throws {
    #expect(try Failpoint.parse("") == [:])
    let rules = try Failpoint.parse("after-claim=kill:0.1;before-commit=stop:1")
    #expect(rules[.afterClaim] == Failpoint.Rule(signal: SIGKILL, probability: 0.1))
    #expect(rules[.beforeCommit] == Failpoint.Rule(signal: SIGSTOP, probability: 1) && rules.count == 2)
    for text in ["after-claim", "nowhere=kill:1", "after-claim=kill:2", "after-claim=wait:1", "after-claim=kill:x"] {
      #expect(throws: CommentBotError.self) { try Failpoint.parse(text) }
    }
  }
}
