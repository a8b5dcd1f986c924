import CommentCore
import Foundation
import TestSupport
import Testing

/// Restores that cannot be made: everything stays exactly as it is.
@Suite(.serialized) struct RestoreRefusalTests {
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
    #expect(result.status == 76 && result.error.contains("database_newer"), "\(result.error)")
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
}
