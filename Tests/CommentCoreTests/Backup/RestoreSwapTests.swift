import Foundation
import TestSupport
import Testing

@testable import CommentCore

/// What a restore moves, and what becomes of it when its process is killed.
@Suite struct RestoreSwapTests {
  private static let old = [
    "data/config/commentbot.yml": "old", "data/prompts/a.md": "old", "data/prompts/gone.md": "old",
    "data/transcripts/a/x": "old", "data/transcripts/gone/x": "old", "data/inbox/ab/one": "old",
    "data/inbox/tour.mp3": "old", "bd/commentbot/commentbot.sqlite": "old",
    "bd/commentbot/commentbot.sqlite-wal": "old",
  ]
  private static let new = [
    "data/config/commentbot.yml": "new", "data/prompts/a.md": "new", "data/prompts/come.md": "new",
    "data/transcripts/a/x": "new", "data/transcripts/come/x": "new", "data/inbox/ab/two": "new",
    "data/inbox/cd/three": "new", "data/inbox/tour.mp3": "new", "bd/commentbot/commentbot.sqlite": "new",
  ]
  private static let staged = ".restore-x"

  private func filled(_ scratch: Scratch) throws -> Home {
    func write(_ path: String, _ text: String) throws {
      let file = scratch.url.appending(path: path)
      try AtomicFile.makeFolder(file.deletingLastPathComponent())
      try Data(text.utf8).write(to: file)
    }
    for (path, text) in Self.old { try write(path, text) }
    for (path, text) in Self.new {
      let part = try #require(BackupPart.of(path))
      try write("\(part.part.rawValue)/\(Self.staged)/\(part.path)", text)
    }
    return Home(root: scratch.url)
  }

  /// What is not hidden.
  private func contents(_ home: Home) throws -> [String: String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: home.root.path)
    return names.filter { !"/\($0)".contains("/.") }.reduce(into: [:]) { contents, name in
      contents[name] = try? String(contentsOf: home.root.appending(path: name), encoding: .utf8)
    }
  }

  /// What could be taken back neither is by what is staged still.
  @Test(arguments: ["its own", "another's", "none"])
  func staging_whileItsRestoreIsUnfinished_stays(whose: String) throws {
    let scratch = try Scratch()
    let home = try filled(scratch)
    var staging: RestoreStaging? = RestoreStaging(home)
    try staging?.add("commentbot.sqlite", of: .library, mode: 0o600, modified: Date()) { file in
      try file.append(Data("new".utf8))
    }
    let folder = try #require(staging?.url(of: .library))
    if whose != "none" {
      let name = whose == "its own" ? folder.lastPathComponent : Self.staged
      try RestoreSwap(RestorePlan([.library], from: name, in: home, at: Date()), in: home).begin()
    }
    staging = nil
    #expect(FileManager.default.fileExists(atPath: folder.path) == (whose == "its own"))
    guard whose == "its own" else { return }
    #expect(try #require(try RestoreSwap.unfinished(in: home)).resolve())
    #expect(Restore.abandoned(in: home).map(\.lastPathComponent).contains(folder.lastPathComponent))
  }

  /// Before its first step, between any two, and after its last one.
  @Test func swap_killedAnywhere_isTakenBackOrDone() throws {
    var (step, count) = (0, 1)
    while step <= count {
      let scratch = try Scratch()
      let home = try filled(scratch)
      let plan = try RestorePlan(BackupPart.allCases, from: Self.staged, in: home, at: Date())
      count = plan.moves.count
      let killed = RestoreSwap(plan, in: home)
      try killed.begin()
      for move in plan.moves.prefix(step) { try killed.make(move) }
      #expect(Restore.kept(in: home).isEmpty && Restore.abandoned(in: home).isEmpty)

      let isTakenBack = try #require(try RestoreSwap.unfinished(in: home)).resolve()
      #expect(isTakenBack == (step < count))
      let expected = isTakenBack ? Self.old : Self.new.merging(["data/inbox/ab/one": "old"]) { $1 }
      #expect(try contents(home) == expected, "\(step) of \(count)")
      #expect(try RestoreSwap.unfinished(in: home) == nil && Restore.kept(in: home).isEmpty == isTakenBack)
      step += 1
    }
    #expect(count > 15)
  }

  /// Also what was taken back in part.
  @Test func takingBack_killedAnywhere_isGoneOnWith() throws {
    let scratch = try Scratch()
    let home = try filled(scratch)
    let plan = try RestorePlan(BackupPart.allCases, from: Self.staged, in: home, at: Date())
    let killed = RestoreSwap(plan, in: home)
    try killed.begin()
    for move in plan.moves.dropLast() { try killed.make(move) }
    for move in plan.moves.dropLast().suffix(plan.moves.count / 2).reversed() {
      #expect(rename(home.root.appending(path: move.to).path, home.root.appending(path: move.from).path) == 0)
    }
    #expect(try killed.resolve())
    #expect(try contents(home) == Self.old)
  }

  /// A program that ran meanwhile has made something of a name that was moved away.
  @Test func takingBack_whatSomebodyMadeMeanwhile_losesNothing() throws {
    let scratch = try Scratch()
    let home = try filled(scratch)
    let plan = try RestorePlan([.transcripts], from: Self.staged, in: home, at: Date())
    let killed = RestoreSwap(plan, in: home)
    try killed.begin()
    for move in plan.moves where move.from.hasPrefix("data/transcripts/\(Self.staged)") == false {
      try killed.make(move)
    }
    let file = home.transcripts.appending(path: "gone/x")
    try AtomicFile.makeFolder(file.deletingLastPathComponent())
    try Data("meanwhile".utf8).write(to: file)
    #expect(try killed.resolve())
    #expect(try contents(home) == Self.old.merging(["data/transcripts/gone/x": "meanwhile"]) { $1 })
    let kept = try #require(Restore.kept(in: home).first)
    #expect(try String(contentsOf: kept.appending(path: "gone/x"), encoding: .utf8) == "old")
  }

  /// To take a restore back is to find the last one.
  @Test func plan_afterOneOfAClockThatWasAhead_isTheLastOne() throws {
    let scratch = try Scratch()
    let home = try filled(scratch)
    let ahead = home.transcripts.appending(path: ".before-restore-20990101T000000Z")
    try AtomicFile.makeFolder(ahead)
    let plan = try RestorePlan([.transcripts], from: Self.staged, in: home, at: Date())
    #expect(plan.aside == ".before-restore-20990101T000001Z")
  }
}
