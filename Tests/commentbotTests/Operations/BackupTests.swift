import CommentCore
import Foundation
import TestSupport
import Testing

/// `commentbot backup` and what can be read of its files without CommentBot.
@Suite(.serialized) struct BackupTests {
  @Test(arguments: [false, true])
  func backup_restoredIntoAnEmptyHome_isTheSame(isEncrypted: Bool) async throws {
    let filled = try await FilledHome()
    try filled.write("data/inbox/ab/" + String(repeating: "ab", count: 32), "uploaded audio")
    let secret = try filled.secret()
    let words = isEncrypted ? ["--passphrase-file", secret] : []
    let result = try filled.home.run(["backup", filled.home.file("backups").path, "--audio", "--json"] + words)
    struct Line: Decodable {
      var file: String
      var bytes, files: Int
      var encrypted: Bool
    }
    let line = try JSONDecoder().decode(Line.self, from: Data(result.out.utf8))
    let bytes = try Data(contentsOf: URL(filePath: line.file))
    #expect(
      line.encrypted == isEncrypted && line.bytes == bytes.count && line.file.hasSuffix(isEncrypted ? ".age" : ".tar"))
    #expect(bytes.range(of: Data("Town meeting".utf8)) == nil || !isEncrypted)
    #expect(filled.hidden.isEmpty)
    let facts = try FileManager.default.attributesOfItem(atPath: line.file)
    #expect(facts[.posixPermissions] as? Int == 0o600)

    let empty = try Installation()
    let check = try empty.run(["restore", "--check", line.file] + words)
    #expect(check.status == 0 && check.out.contains("\(line.files) files"), "\(check.error)")
    #expect(!FileManager.default.fileExists(atPath: empty.file("bd/commentbot/commentbot.sqlite").path))
    let restored = try empty.run(["restore", line.file] + words)
    #expect(restored.status == 0 && restored.error.isEmpty, "\(restored.error)")
    #expect(try FilledHome.contents(empty) == filled.contents())
    #expect(try empty.run("diagnose", "--only", "database").status == 0)
  }

  /// Names beyond what a plain header holds: long, and not of ASCII alone.
  @Test func backup_unpackedByTar_isAnInstallation() async throws {
    let filled = try await FilledHome(["Über " + String(repeating: "the river and ", count: 8)])
    let file = try filled.backup()
    let other = try Installation()
    try FileManager.default.removeItem(at: other.file("data"))
    let unpacked = try Command.run("tar", ["xf", file.path, "-C", other.scratch.url.path])
    #expect(unpacked.status == 0 && unpacked.error.isEmpty, "\(unpacked.error)")
    struct Manifest: Decodable {
      struct File: Decodable { var path, sha256: String }
      var files: [File]
    }
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: other.file("manifest.json")))
    let sums = manifest.files.map { "\($0.sha256)  \($0.path)\n" }.joined()
    let checked = try Command.run(
      "sha256sum", ["--check", "--quiet"], input: Data(sums.utf8), folder: other.scratch.url)
    #expect(checked.status == 0 && manifest.files.count > 8, "\(checked.out)\(checked.error)")
    #expect(try FilledHome.contents(other) == filled.contents())
  }

  /// Both ways, by the program that the format comes from.
  @Test func backup_encrypted_isReadByAgeAndTheOtherWayRound() async throws {
    let filled = try await FilledHome()
    let secret = try filled.secret("correct horse battery")
    let file = try filled.backup("--passphrase-file", secret)
    let plain = filled.home.file("plain.tar")
    try Self.age(["-d", "-o", plain.path, file.path], "correct horse battery")
    #expect(try filled.home.run("restore", "--check", plain.path).status == 0)
    let sealed = filled.home.file("sealed.tar.age")
    try Self.age(["-p", "-o", sealed.path, plain.path], "correct horse battery")
    let check = try filled.home.run("restore", "--check", sealed.path, "--passphrase-file", secret)
    #expect(check.status == 0, "\(check.error)")
  }

  @Test func backup_besideAServer_isWhole() async throws {
    let filled = try await FilledHome()
    let service = try RunningService.server("--workers", "0", home: filled.home)
    let audio = try filled.write("upload.wav", "no audio, but it has bytes")
    #expect(try service.ask("/v1/jobs", "-F", "file=@\(audio.path)").status == 202)
    let result = try filled.home.run("backup", filled.home.file("backups").path)
    #expect(result.status == 0 && result.error.contains("uploaded audio is not in it, 26 bytes"), "\(result.error)")
    let file = result.out.trimmingCharacters(in: .newlines)
    let empty = try Installation()
    #expect(try empty.run("restore", file).status == 0)
    #expect(try empty.run("jobs", "list").out.contains("upload"))
  }

  /// Every recording comes with its transcript in one transaction, and so it is in every backup.
  @Test func backup_whileTheLibraryIsWritten_isOneMoment() async throws {
    let filled = try await FilledHome(["talk"])
    let writing = Task { for number in 1...1000 where !Task.isCancelled { try await filled.add("Talk \(number)") } }
    let files = try (1...3).map { _ in try filled.backup() }
    writing.cancel()
    try await writing.value
    for file in files {
      let copy = try Installation()
      #expect(try copy.run("restore", file.path).status == 0)
      let recordings = try copy.run("list", "--json").out.split(separator: "\n")
      let places = try copy.run("search", "this", "--limit", "5000", "--json").out.split(separator: "\n")
      #expect(!recordings.isEmpty && places.count == recordings.count)
    }
  }

  @Test func backup_ontoAFullDisk_leavesNothing() async throws {
    let filled = try await FilledHome()
    let script = """
      set -e
      mkdir "$1" && mount -t tmpfs -o size=100k tmpfs "$1"
      status=0; "$2" backup "$1" || status=$?
      [ -z "$(ls -A "$1")" ]
      exit "$status"
      """
    let arguments = ["-rm", "bash", "-c", script, "bash", filled.home.file("small").path, try Command.commentbot]
    let result = try Command.run(
      "unshare", arguments, environment: filled.home.environment, folder: filled.home.scratch.url)
    #expect(result.status == 74 && result.error.contains("disk_full"), "\(result.status) \(result.error)")
    #expect(filled.hidden.isEmpty)
  }

  @Test func serve_whosePassphraseIsNotThere_doesNotStart() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_BACKUP_FOLDER"] = home.file("backups").path
    home.environment["COMMENTBOT_BACKUP_PASSPHRASE_FILE"] = home.file("none").path
    let result = try home.run("serve", "--port", "0")
    #expect(result.status == 78 && result.error.contains("the passphrase in"), "\(result.error)")
  }

  @Test func backup_keepingSome_removesTheOldestOfItsOwnOnly() async throws {
    let filled = try await FilledHome(["talk"])
    try filled.write("backups/notes.tar", "not ours")
    let files = try (1...3).map { _ in try filled.backup("--keep", "2") }
    #expect(Set(files).count == 3)
    let left = try FileManager.default.contentsOfDirectory(atPath: filled.home.file("backups").path).sorted()
    #expect(left == [files[1].lastPathComponent, files[2].lastPathComponent, "notes.tar"])
  }

  @Test func backup_besideOneThatTheClockPutAhead_staysItself() async throws {
    let filled = try await FilledHome(["talk"])
    let ahead = try filled.write("backups/commentbot-20990101T000000Z.tar", "of a clock that was wrong")
    let first = try filled.backup("--keep", "1")
    let second = try filled.backup("--keep", "1")
    let left = try FileManager.default.contentsOfDirectory(atPath: filled.home.file("backups").path).sorted()
    #expect(left == [second.lastPathComponent, ahead.lastPathComponent] && first != second)
  }

  @Test func backup_afterOneThatWasKilled_removesWhatThatLeft() async throws {
    let filled = try await FilledHome(["talk"])
    let left = try filled.write("backups/.\(UUID().uuidString).tmp", "half")
    let others = try filled.write("backups/.theirs.tmp", "half")
    let young = try filled.write("backups/.\(UUID().uuidString).tmp", "half")
    for file in [left, others] { try FilledHome.makeOld(file) }
    var home = filled.home
    home.environment["COMMENTBOT_BACKUP_FOLDER"] = home.file("backups").path
    #expect(try home.run("cleanup", "--json").out.split(separator: "\n").count == 1)
    let found = try home.run("diagnose", "--only", "storage.leftovers", "--json")
    #expect(found.out.contains(left.lastPathComponent), "\(found.out)")
    _ = try filled.backup()
    let files = try FileManager.default.contentsOfDirectory(atPath: filled.home.file("backups").path)
    #expect(files.count == 3 && files.contains(others.lastPathComponent) && files.contains(young.lastPathComponent))
  }

  @Test func backup_whereItCannotBe_saysWhyAndLeavesNothing() async throws {
    let filled = try await FilledHome(["talk"])
    let home = filled.home
    let file = try filled.write("there.tar", "something")
    func expectFailure(_ status: Int32, _ words: String, _ arguments: String...) throws {
      let result = try home.run(["backup"] + arguments)
      #expect(result.status == status && result.error.contains(words) && result.error.contains("→"), "\(result.error)")
      #expect(result.out.isEmpty && filled.hidden.isEmpty)
    }
    try expectFailure(64, "it is there already", file.path)
    try expectFailure(64, ".age is for encrypted ones", home.file("new.age").path)
    try expectFailure(
      64, "an encrypted backup ends in .age", home.file("new.tar").path, "--passphrase-file", filled.secret())
    try expectFailure(78, "12 characters", home.file("b").path, "--passphrase-file", filled.secret("short"))
    try expectFailure(78, "cannot be read", home.file("b").path, "--passphrase-file", home.file("none").path)
    try expectFailure(74, "is a file", "\(file.path)/below")
    #expect(try home.run("backup", home.file("new.tar").path, "--keep", "2").status == 64)
    #expect(try String(contentsOf: file, encoding: .utf8) == "something")
    #expect(try Installation().run("backup", home.file("b").path).status == 66)
  }

  @Test func backup_passphraseInTheSettings_isTaken() async throws {
    var filled = try await FilledHome(["talk"])
    let file = try filled.backup("--passphrase-file", filled.secret())
    var home = filled.home
    home.environment["COMMENTBOT_BACKUP_PASSPHRASE_FILE"] = try filled.secret()
    let own = try home.run("backup", home.file("backups").path)
    #expect(own.out.hasSuffix(".tar.age\n"), "\(own.error)")
    #expect(try home.run("restore", "--check", file.path).status == 0)
    filled = try await FilledHome(["talk"])
    #expect(try filled.home.run("restore", "--check", file.path).status == 64)
  }

  /// Asks for passphrases only at a terminal.
  private static func age(_ arguments: [String], _ passphrase: String) throws {
    let script = """
      import os, pty, sys
      process, terminal = pty.fork()
      if process == 0:
          os.execvp("age", ["age"] + sys.argv[2:])
      said = b""
      while True:
          try:
              piece = os.read(terminal, 4096)
          except OSError:
              break
          if not piece:
              break
          said += piece
          if b"passphrase" in said.lower() and said.rstrip().endswith(b":"):
              said = b""
              os.write(terminal, sys.argv[1].encode() + b"\\n")
      _, status = os.waitpid(process, 0)
      sys.stderr.write(said.decode())
      sys.exit(os.waitstatus_to_exitcode(status))
      """
    let result = try Command.run("python3", ["-c", script, passphrase] + arguments)
    if result.status != 0 { throw TestFailure("age: \(result.error)") }
  }
}
