import CommentCore
import Foundation
import TestSupport
import Testing

/// `commentbot restore`: what is there becomes what the backup holds, or stays exactly as it is.
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

  @Test func restore_whileAServerHasTheLibraryOpen_isRefused() async throws {
    let filled = try await FilledHome()
    let file = try filled.backup()
    let service = try RunningService.server("--workers", "0", home: filled.home)
    let before = try filled.contents()
    let result = try filled.home.run("restore", file.path)
    #expect(result.status == 69, "\(result.error)")
    #expect(result.error.contains("process \(service.process.processIdentifier) (commentbot serve)"), "\(result.error)")
    #expect(try filled.home.run("restore", "--undo").status == 69)
    #expect(try filled.contents() == before)
    #expect(filled.hidden.isEmpty)
    // It can be looked at all the same.
    #expect(try filled.home.run("restore", "--check", file.path).status == 0)
  }

  @Test func restore_damagedOrCutOff_changesNothing() async throws {
    let filled = try await FilledHome()
    let secret = try filled.secret()
    let plain = try Data(contentsOf: filled.backup())
    let sealed = try Data(contentsOf: filled.backup("--passphrase-file", secret))
    try await filled.add("Later talk")
    let before = try filled.contents()
    func cut(_ bytes: Data, to counts: Int...) -> [Data] { counts.map { bytes.prefix($0) } }
    func flipped(_ bytes: Data, at places: Int...) -> [Data] {
      places.map { place in
        var flipped = bytes
        flipped[place] ^= 0x10
        return flipped
      }
    }
    // In the library, in a result, and in the text of the manifest.
    let cases = [
      (
        [],
        cut(plain, to: 0, 1, 200, 512, plain.count / 2, plain.count - 3000)
          + flipped(plain, at: 700, plain.count / 3, plain.count - 2500)
      ),
      // All other places are those of SealedStreamTests.
      (["--passphrase-file", secret], cut(sealed, to: 100, sealed.count / 2) + flipped(sealed, at: sealed.count / 3)),
    ]
    for (words, damaged) in cases {
      for (number, bytes) in damaged.enumerated() {
        let broken = filled.home.file("broken")
        try bytes.write(to: broken)
        let result = try filled.home.run(["restore", broken.path] + words)
        #expect(
          result.status == 65 && result.error.contains("backup_damaged"), "\(number): \(result.status) \(result.error)")
        #expect(filled.hidden.isEmpty)
      }
    }
    #expect(try filled.contents() == before)
  }

  @Test func restore_withAnotherPassphraseOrNone_changesNothing() async throws {
    let filled = try await FilledHome()
    let file = try filled.backup("--passphrase-file", filled.secret())
    try await filled.add("Later talk")
    let before = try filled.contents()
    let wrong = try filled.home.run(
      "restore", file.path, "--passphrase-file", filled.secret("incorrect horse", "other"))
    #expect(wrong.status == 77 && wrong.error.contains("is not this backup's"), "\(wrong.error)")
    #expect(!wrong.error.contains("incorrect horse"))
    let none = try filled.home.run("restore", file.path)
    #expect(none.status == 64 && none.error.contains("--passphrase-file FILE"), "\(none.error)")
    #expect(try filled.home.run("restore", filled.home.file("none.tar").path).status == 66)
    #expect(try filled.home.run("restore").status == 64)
    #expect(try filled.contents() == before && filled.hidden.isEmpty)
  }

  /// Made by hand: what leads out of the installation, or is no file, is not unpacked.
  @Test(arguments: [
    "../evil", "/tmp/evil", "bd/commentbot/../../evil", "data/transcripts/link", "data/inbox/.hidden", "bd/other",
  ])
  func restore_ofAHostileArchive_isRefused(path: String) async throws {
    let filled = try await FilledHome(["talk"])
    let before = try filled.contents()
    let script = """
      import io, sys, tarfile
      with tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT) as archive:
          entry = tarfile.TarInfo(sys.argv[2])
          if entry.name.endswith("link"):
              entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
              archive.addfile(entry)
          else:
              entry.size = 4
              archive.addfile(entry, io.BytesIO(b"evil"))
      """
    let file = filled.home.file("hostile.tar").path
    #expect(try Command.run("python3", ["-c", script, file, path]).status == 0)
    let result = try filled.home.run("restore", file)
    #expect(result.status == 65, "\(result.error)")
    #expect(try filled.contents() == before && filled.hidden.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: filled.home.file("evil").path))
  }

  @Test func restore_ofANewerLibrary_isRefused() async throws {
    let filled = try await FilledHome(["talk"])
    let file = try filled.backup()
    let folder = filled.home.file("unpacked")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let script = """
      set -e
      tar xf "$1" && python3 -c 'import sqlite3; c = sqlite3.connect("bd/commentbot/commentbot.sqlite")
      c.execute("INSERT INTO grdb_migrations VALUES (\\"of next year\\")"); c.commit()'
      sum=$(sha256sum bd/commentbot/commentbot.sqlite | cut -d " " -f 1)
      python3 - "$sum" <<'EOF'
      import json, os, sys
      manifest = json.load(open("manifest.json"))
      for file in manifest["files"]:
          if file["path"].endswith(".sqlite"):
              file["sha256"] = sys.argv[1]
      json.dump(manifest, open("manifest.json", "w"))
      EOF
      tar --format=pax -cf "$2" $(cd . && find bd data -type f) manifest.json
      """
    let newer = filled.home.file("newer.tar").path
    let made = try Command.run("bash", ["-c", script, "bash", file.path, newer], folder: folder)
    #expect(made.status == 0, "\(made.error)")
    let result = try filled.home.run("restore", newer)
    #expect(result.status == 74 && result.error.contains("database_newer"), "\(result.error)")
    #expect(filled.hidden.isEmpty)
  }

  /// On a file system with little room, which only this command and those around it see.
  @Test(arguments: ["bd/commentbot", "data/transcripts"])
  func restore_ontoAFullDisk_changesNothing(folder: String) async throws {
    let filled = try await FilledHome()
    let place = filled.home.file(folder).path
    try filled.write(
      "\(folder == "bd/commentbot" ? "data/prompts" : folder)/large.md", String(repeating: "x", count: 3_000_000))
    let file = try filled.backup("--audio")
    try FileManager.default.removeItem(
      at: filled.home.file("\(folder == "bd/commentbot" ? "data/prompts" : folder)/large.md"))
    let script = """
      set -e
      cp -a "$1" "$2" && mount -t tmpfs -o size=2m tmpfs "$1" && cp -a "$2/." "$1/"
      "$3" list --json >"$2.before"
      status=0; "$3" restore "$4" || status=$?
      "$3" list --json | cmp - "$2.before"
      diff -r --exclude='commentbot.sqlite*' "$1" "$2"
      ls -A "$1" | grep '^[.]' && exit 1
      exit "$status"
      """
    let arguments = [
      "-rm", "bash", "-c", script, "bash", place, filled.home.file("copy").path, try Command.commentbot, file.path,
    ]
    let result = try Command.run(
      "unshare", arguments, environment: filled.home.environment, folder: filled.home.scratch.url)
    #expect(result.status == 74 && result.error.contains("disk_full"), "\(result.status) \(result.out)\(result.error)")
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

  /// A mount of its own cannot be moved: what was moved before it is taken back.
  @Test func restore_whereAResultIsAMount_changesNothing() async throws {
    let filled = try await FilledHome()
    let file = try filled.backup()
    try await filled.add("Later talk")
    let before = try filled.contents()
    let names = try FileManager.default.contentsOfDirectory(atPath: filled.root.transcripts.path).sorted()
    let script = """
      set -e
      mount -t tmpfs tmpfs "$1"
      exec "$2" restore "$3"
      """
    let arguments = [
      "-rm", "bash", "-c", script, "bash", filled.root.transcripts.appending(path: try #require(names.last)).path,
      try Command.commentbot, file.path,
    ]
    let result = try Command.run(
      "unshare", arguments, environment: filled.home.environment, folder: filled.home.scratch.url)
    #expect(result.status == 74 && result.error.contains("cannot move"), "\(result.status) \(result.error)")
    #expect(try filled.contents() == before && filled.hidden.isEmpty, "\(filled.hidden)")
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
