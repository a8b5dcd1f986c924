import CommentCore
import Foundation
import TestSupport
import Testing

/// `commentbot restore`: what is there becomes what the backup holds.
@Suite(.serialized) struct RestoreTests {
  @Test func restore_overOtherData_keepsThatAsideUntilTold() async throws {
    let filled = try await FilledHome()
    let before = try filled.contents()
    let file = try filled.backup()
    try await filled.add("Later talk")
    #expect(try filled.home.run("delete", "Town meeting").status == 0)
    try filled.write("data/prompts/limerick.md", "something else")
    try FileManager.default.removeItem(at: filled.home.file("data/config/commentbot.yml"))
    let later = try filled.contents()
    #expect(before != later)

    let result = try filled.home.run("restore", file.path)
    #expect(result.status == 0 && result.error.contains("commentbot restore --undo"), "\(result.error)")
    #expect(try filled.contents() == before)
    #expect(
      filled.hidden.count == 4 && filled.hidden.allSatisfy { $0.hasPrefix(".before-restore-") }, "\(filled.hidden)")
    #expect(try filled.home.run("restore", "--undo").status == 0)
    #expect(try filled.contents() == later)
    #expect(try filled.home.run("restore", "--undo").status == 0)
    #expect(try filled.contents() == before)

    let listed = try filled.home.run("cleanup", "--before-restore")
    #expect(listed.out.split(separator: "\n").count == 4 && filled.hidden.count == 4, "\(listed.out)")
    #expect(try filled.home.run("cleanup", "--apply").status == 0)
    #expect(filled.hidden.count == 4)
    #expect(try filled.home.run("cleanup", "--before-restore", "--apply").status == 0)
    #expect(filled.hidden.isEmpty)
    #expect(try filled.contents() == before)
    let none = try filled.home.run("restore", "--undo")
    #expect(none.status == 66 && none.error.contains("nothing was kept aside"), "\(none.error)")
  }

  /// What was there before the killed one comes back, either way.
  @Test(arguments: [true, false])
  func restore_killedBetweenTwoParts_isTakenBack(byAnother: Bool) async throws {
    let filled = try await FilledHome()
    let before = try filled.contents()
    let file = try filled.backup()
    try await filled.add("Later talk")
    #expect(try filled.home.run("delete", "Town meeting").status == 0)
    try filled.write("data/prompts/limerick.md", "something else")
    let later = try filled.contents()
    var home = filled.home
    home.environment["COMMENTBOT_FAILPOINTS"] = "in-restore=kill:1"
    #expect(try home.run("restore", file.path).status == 128 + SIGKILL)
    // The library is there, as it was.
    #expect(try filled.home.run("list").out.contains("Later talk"))
    let hidden = filled.hidden
    let cleanup = try filled.home.run("cleanup", "--before-restore", "--apply")
    #expect(cleanup.status == 0 && cleanup.error.contains("→ commentbot restore --undo"), "\(cleanup.error)")
    #expect(filled.hidden == hidden)
    let diagnosis = try filled.home.run("diagnose", "--only", "storage.restore")
    #expect(diagnosis.status == 1 && diagnosis.out.contains("commentbot restore --undo"), "\(diagnosis.out)")
    if byAnother {
      #expect(try filled.home.run("restore", file.path).status == 0)
      #expect(try filled.contents() == before)
      #expect(filled.hidden.allSatisfy { $0.hasPrefix(".before-restore-") }, "\(filled.hidden)")
    }
    #expect(try filled.home.run("restore", "--undo").status == 0)
    #expect(try filled.contents() == later)
    #expect(filled.hidden.isEmpty != byAnother, "\(filled.hidden)")
    #expect(try filled.home.run("diagnose", "--only", "storage.restore").status == 0)
  }

  /// As the tour puts a recording there; a person may have put anything.
  @Test func restore_withOtherThingsInTheInbox_bringsThemBack() async throws {
    let filled = try await FilledHome(["talk"])
    let sent = "data/inbox/ab/" + String(repeating: "ab", count: 32)
    for name in [sent, "data/inbox/tour.mp3", "data/inbox/2024/may/talk.mp3", "data/inbox/uploads/12"] {
      try filled.write(name, "then")
    }
    for name in ["empty", "linked"] {
      try FileManager.default.createDirectory(at: filled.home.file(name), withIntermediateDirectories: true)
    }
    let inbox = filled.home.file("data/inbox")
    try FileManager.default.createDirectory(at: inbox.appending(path: "empty"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: inbox.appending(path: "link"), withDestinationURL: filled.home.file("linked"))
    let before = try filled.contents()
    let file = try filled.backup("--audio")
    for name in ["data/inbox/tour.mp3", "data/inbox/2024/may/talk.mp3"] { try filled.write(name, "since then") }
    try FileManager.default.removeItem(at: filled.home.file(sent))
    let since = try filled.write("data/inbox/ab/" + String(repeating: "a0", count: 32), "since then")
    let later = try filled.contents()
    let check = try filled.home.run("restore", "--check", file.path)
    #expect(check.status == 0, "\(check.error)")
    #expect(try filled.contents() == later && filled.hidden.isEmpty)
    let result = try filled.home.run("restore", file.path)
    #expect(result.status == 0, "\(result.error)")
    var after = try filled.contents()
    #expect(after.removeValue(forKey: "data/inbox/ab/\(since.lastPathComponent)") != nil)
    #expect(after == before)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: inbox.appending(path: "link").path).hasSuffix("linked"))
    #expect(try filled.home.run("restore", "--undo").status == 0)
    after = try filled.contents()
    // What was uploaded stays.
    #expect(after.removeValue(forKey: sent) != nil)
    #expect(after == later)
  }

  @Test func restore_afterAKeyWasRevoked_leavesItRevoked() async throws {
    let filled = try await FilledHome(["talk"])
    for name in ["kept", "leaked"] { #expect(try filled.home.run("keys", "create", "--name", name).status == 0) }
    let file = try filled.backup()
    func keys() throws -> [String] { try filled.home.run("keys", "list").out.split(separator: "\n").map(String.init) }
    let leaked = try #require(try keys().first { $0.hasSuffix("leaked") }?.prefix(16))
    #expect(try filled.home.run("keys", "revoke", String(leaked)).status == 0)
    let revoked = try keys()
    try await filled.add("Later talk")
    #expect(try filled.home.run("restore", file.path).status == 0)
    let after = try keys()
    #expect(after == revoked && revoked.filter { $0.contains("revoked") }.count == 1, "\(after)")
    #expect(try !filled.home.run("list").out.contains("Later talk"))
    let kept = try #require(try keys().first { $0.hasSuffix("kept") }?.prefix(16))
    #expect(try filled.home.run("keys", "revoke", String(kept)).status == 0)
    #expect(try filled.home.run("restore", "--undo").status == 0)
    #expect(try filled.home.run("list").out.contains("Later talk"))
    let undone = try keys()
    #expect(undone.allSatisfy { $0.contains("revoked") }, "\(undone)")
  }

  /// Those who may not read the library may not read what comes of a backup either.
  @Test func restore_ofALibraryOfOneUsers_isThatUsersAlone() async throws {
    let filled = try await FilledHome(["talk"])
    chmod(filled.root.database.path, 0o600)
    let file = try filled.backup()
    let empty = try Installation()
    #expect(try empty.run("restore", file.path).status == 0)
    let facts = try FileManager.default.attributesOfItem(atPath: empty.file("bd/commentbot/commentbot.sqlite").path)
    #expect(facts[.posixPermissions] as? Int == 0o600)
  }

  @Test(.enabled(if: geteuid() == 0, "only root restores for others"))
  func restore_byRootIntoAnEmptyHome_givesAllToItsOwner() async throws {
    let filled = try await FilledHome(["talk"])
    try filled.write("data/inbox/ab/" + String(repeating: "ab", count: 32), "uploaded audio")
    let file = try filled.backup("--audio")
    let empty = try Installation()
    try FileManager.default.removeItem(at: empty.file("bd"))
    for path in [empty.scratch.url.path, empty.file("data").path] { chown(path, 4321, 4321) }
    #expect(try empty.run("restore", file.path).status == 0)
    for name in try FileManager.default.subpathsOfDirectory(atPath: empty.scratch.url.path) where name != "data/models"
    {
      let facts = try FileManager.default.attributesOfItem(atPath: empty.file(name).path)
      #expect(facts[.ownerAccountID] as? Int == 4321, "\(name)")
    }
  }

  /// As in a container, where the kinds of comments are mounted read-only.
  @Test func restore_whereTheConfigurationMayNotBeWritten_namesTheOption() async throws {
    let filled = try await FilledHome()
    let file = try filled.backup()
    let before = try filled.contents()
    let prompts = filled.home.file("data/prompts").path
    chmod(prompts, 0o500)
    defer { chmod(prompts, 0o700) }
    // Nothing has to be changed there.
    #expect(try filled.home.runWithoutPrivileges("restore", file.path).status == 0)
    try filled.write("data/prompts/limerick.md", "changed since")
    let refused = try filled.home.runWithoutPrivileges("restore", file.path)
    #expect(refused.status == 77 && refused.error.contains("--keep-config"), "\(refused.error)")
    // To try it says the same.
    #expect(try filled.home.runWithoutPrivileges("restore", "--check", file.path).status == 77)
    #expect(try filled.home.runWithoutPrivileges("restore", "--check", file.path, "--keep-config").status == 0)
    #expect(try filled.home.runWithoutPrivileges("restore", file.path, "--keep-config").status == 0)
    var after = try filled.contents()
    #expect(after.removeValue(forKey: "data/prompts/limerick.md") != before["data/prompts/limerick.md"])
    #expect(after == before.filter { $0.key != "data/prompts/limerick.md" })
  }

  @Test func restore_overADamagedLibrary_keepsItsFilesAside() async throws {
    let filled = try await FilledHome()
    let before = try filled.contents()
    let file = try filled.backup()
    try Data(repeating: 7, count: 50_000).write(to: filled.root.database)
    #expect(try filled.home.run("list").status == 74)
    #expect(try filled.home.run("restore", file.path).status == 0)
    #expect(try filled.contents() == before)
    let aside = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: filled.root.database.deletingLastPathComponent().path
      ).first { $0.hasPrefix(".before") })
    let kept = filled.root.database.deletingLastPathComponent().appending(path: "\(aside)/commentbot.sqlite")
    #expect(try Data(contentsOf: kept) == Data(repeating: 7, count: 50_000))
  }
}
