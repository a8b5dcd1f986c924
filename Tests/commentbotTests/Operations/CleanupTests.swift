import CommentCore
import Foundation
import TestSupport
import Testing

/// `commentbot cleanup`: what is left over goes when it is told to, and nothing else ever does.
@Suite(.serialized) struct CleanupTests {
  private struct Line: Decodable {
    var kind, path: String
    var bytes: Int
    var removed: Bool
  }

  private func lines(_ result: CommandResult) throws -> [Line] {
    try result.out.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  private func makeOld(_ url: URL) throws { try FilledHome.makeOld(url) }

  /// One thing of each kind, all old.
  private func messy() async throws -> FilledHome {
    let filled = try await FilledHome()
    let stray = String(repeating: "cd", count: 32)
    try makeOld(filled.write("data/transcripts/.leftover.tmp", "x"))
    try makeOld(filled.write("data/inbox/cd/\(stray)", "audio that nobody wants"))
    try makeOld(filled.write("data/transcripts/stranger-123456789012/transcript.json", "{}"))
    for folder in ["data/audio-cache/ee", "data/transcripts/nothing-123456789012", "bd/commentbot/.restore-old"] {
      try FileManager.default.createDirectory(at: filled.home.file(folder), withIntermediateDirectories: true)
    }
    for folder in ["stranger-123456789012", "nothing-123456789012"] {
      try makeOld(filled.home.file("data/transcripts/\(folder)"))
    }
    for name in ["aa", "bb"] {
      try filled.write("data/audio-cache/\(name)/\(name)\(String(repeating: "0", count: 62))-x.wav", "decoded")
    }
    try filled.write("data/config/commentbot.yml", "cache:\n  bytes: 10\n")
    return filled
  }

  @Test func cleanup_withoutApply_changesNothing() async throws {
    let filled = try await messy()
    let before = try everything(filled)
    let result = try filled.home.run("cleanup", "--json")
    #expect(result.status == 0)
    let found = try lines(result)
    #expect(found.allSatisfy { !$0.removed })
    #expect(
      found.map(\.kind).sorted() == ["audio", "cache", "folder", "folder", "temporary", "temporary"], "\(result.out)")
    let words = try filled.home.run("cleanup")
    #expect(words.error.contains("→ commentbot cleanup --apply"), "\(words.error)")
    #expect(
      words.error.contains("1 result folder that the library does not know") && words.error.contains("--transcripts"))
    #expect(try everything(filled) == before)
  }

  @Test func cleanup_applied_leavesTranscriptsUntilTold() async throws {
    let filled = try await messy()
    let before = try filled.contents()
    let result = try filled.home.run("cleanup", "--apply", "--json")
    #expect(result.status == 0)
    #expect(try lines(result).count == 6 && lines(result).allSatisfy(\.removed))
    var after = try filled.contents()
    #expect(after == before.filter { !$0.key.hasPrefix("data/inbox/") })
    #expect(filled.hidden.isEmpty)
    let cached = try FileManager.default.subpathsOfDirectory(atPath: filled.root.audioCache.path).filter {
      $0.hasSuffix("wav")
    }
    #expect(cached.count == 1)

    #expect(
      try lines(filled.home.run("cleanup", "--apply", "--transcripts", "--json")).map(\.kind).contains("transcripts"))
    after = try filled.contents()
    #expect(after["data/transcripts/stranger-123456789012/transcript.json"] == nil)
    #expect(after.filter { !$0.key.contains("stranger") } == after)
    #expect(after["library"] == before["library"])
    _ = try filled.home.run("cleanup", "--apply")
    #expect(try filled.home.run("cleanup").error == "nothing is left over\n")
  }

  /// Somebody is about to need it.
  @Test func cleanup_ofWhatIsYoung_findsNothing() async throws {
    let filled = try await FilledHome()
    try filled.write("data/transcripts/new-123456789012/transcript.json", "{}")
    try filled.write("data/inbox/cd/" + String(repeating: "cd", count: 32), "just sent")
    try filled.write("data/transcripts/.writing.tmp", "x")
    let result = try filled.home.run("cleanup", "--transcripts", "--before-restore", "--json")
    #expect(result.status == 0 && result.out.isEmpty, "\(result.out)")
  }

  /// Programs of CommentBot hide what they are writing.
  @Test func cleanup_ofAPersonsOwnFiles_findsNothing() async throws {
    let filled = try await FilledHome()
    for name in ["data/prompts/draft.tmp", "data/transcripts/notes.tmp", "data/inbox/talk.tmp"] {
      try makeOld(filled.write(name, "mine"))
    }
    let result = try filled.home.run("cleanup", "--apply", "--json")
    #expect(result.status == 0 && result.out.isEmpty, "\(result.out)")
  }

  /// Then nothing tells which results are whose: those of a library that was moved away as damaged are still wanted.
  @Test func cleanup_withoutALibrary_leavesResultsAndAudio() async throws {
    let filled = try await messy()
    try FileManager.default.removeItem(at: filled.home.file("bd/commentbot"))
    let kinds = try lines(filled.home.run("cleanup", "--apply", "--transcripts", "--json")).map(\.kind)
    #expect(!kinds.contains("transcripts") && !kinds.contains("audio"))
    #expect(filled.home.results.count > 10)
  }

  @Test func cleanup_ofWhatMayNotBeRemoved_saysWhichAndGoesOn() async throws {
    let filled = try await messy()
    let folder = filled.home.file("data/inbox/cd").path
    chmod(folder, 0o500)
    defer { chmod(folder, 0o700) }
    let result = try filled.home.runWithoutPrivileges("cleanup", "--apply", "--json")
    #expect(result.status == 1 && result.error.contains("cannot remove \(folder)/"), "\(result.error)")
    #expect(try lines(result).filter { !$0.removed }.map(\.kind) == ["audio"])
  }

  private func everything(_ filled: FilledHome) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: filled.home.scratch.url.path).filter { !$0.contains("sqlite-") }
      .sorted()
  }
}
