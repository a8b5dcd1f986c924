import Foundation
import TestSupport
import Testing

/// Each kind of bad input: a clear error, the documented exit status, nothing half-written.
@Suite(.serialized) struct BadInputTests {
  @Test(arguments: ["empty.mp3", "text.mp3", "cut.mp4", "playlist.mp3", "video.mp4", "zero-rate.wav"])
  func process_unreadableAudio_isRefused(name: String) throws {
    let home = try Installation()
    try Self.make(name, in: home)
    let result = try home.run("process", "--llm", "none", home.file(name).path)
    #expect(result.status == 65, "\(result.error)")
    #expect(result.error.contains("cannot ") && result.error.contains(name))
    #expect(!result.error.contains("Fatal"))
    #expect(home.results.isEmpty && home.leftovers.isEmpty)
  }

  @Test(arguments: [Data(), Data("This is text.".utf8), Data(repeating: 0xA7, count: 5000)])
  func process_unreadableStandardInput_isCalledThat(bytes: Data) throws {
    let home = try Installation()
    let result = try home.run("process", "--llm", "none", "-", input: bytes)
    #expect(result.status == 65)
    #expect(result.error.contains("standard input: ") && !result.error.contains("/"), "\(result.error)")
  }

  @Test func process_standardInputWithoutRoomForACopy_saysWhere() throws {
    var home = try Installation()
    home.environment["TMPDIR"] = "/dev/null"
    let result = try home.run("process", "--llm", "none", "-", input: Data("x".utf8))
    #expect(result.status == 74 || result.status == 77)
    #expect(
      result.error.contains("cannot copy standard input: ") && result.error.contains("TMPDIR="), "\(result.error)")
  }

  @Test func process_missingFile_isRefused() throws {
    let home = try Installation()
    let result = try home.run("process", "--llm", "none", "nowhere.mp3")
    #expect(result.status == 66)
    #expect(result.error.contains("nowhere.mp3"))
  }

  @Test func process_folderWithoutAudio_isRefused() throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("empty"), withIntermediateDirectories: true)
    try Data("notes".utf8).write(to: home.file("empty/notes.txt"))
    let result = try home.run("process", "--llm", "none", "empty")
    #expect(result.status == 66)
    #expect(result.error.contains("no audio"))
  }

  @Test func process_folderThatMayNotBeRead_isRefused() throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("closed"), withIntermediateDirectories: true)
    try Speech.make("Hello.", at: home.file("closed/a.wav"))
    chmod(home.file("closed").path, 0)
    defer { chmod(home.file("closed").path, 0o700) }
    let result = try home.runWithoutPrivileges("process", "--llm", "none", "closed")
    #expect(result.status == 77, "\(result.error)")
    #expect(result.error.contains("closed: permission denied"))
  }

  @Test func process_fileThatMayNotBeRead_isRefused() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("closed.wav"))
    chmod(audio.path, 0)
    let result = try home.runWithoutPrivileges("process", "--llm", "none", "closed.wav")
    #expect(result.status == 77, "\(result.error)")
    #expect(result.error.contains("closed.wav: permission denied (permission)\n  → ls -ld "), "\(result.error)")
    #expect(home.results.isEmpty)
  }

  /// 0 hides the folder's content; 4 shows its names, of which nothing more can be told.
  @Test(arguments: [mode_t(0), 0o400])
  func process_folderWithOneThatMayNotBeRead_doesTheRest(mode: mode_t) throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("in/closed/deep"), withIntermediateDirectories: true)
    try Speech.make("The first file.", at: home.file("in/z.wav"))
    chmod(home.file("in/closed").path, mode)
    defer { chmod(home.file("in/closed").path, 0o700) }
    let result = try home.runWithoutPrivileges("process", "--json", "--llm", "none", "in")
    #expect(result.status == 1, "\(result.error)")
    let lines = try ProcessLine.all(in: result.out)
    #expect(lines.map { $0.error?.code } == ["permission", nil])
    #expect(lines[0].file?.contains("in/closed") == true)
    #expect(lines[1].transcript != nil)
  }

  @Test func process_oneBadFileOfThree_doesTheOthers() throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("in/deep"), withIntermediateDirectories: true)
    try Speech.make("The first file.", at: home.file("in/a.wav"))
    try Data("not audio".utf8).write(to: home.file("in/b.mp3"))
    try Speech.make("The third file.", at: home.file("in/deep/c.wav"))
    let result = try home.run("process", "--json", "--llm", "none", "in")
    #expect(result.status == 1)
    let lines = try ProcessLine.all(in: result.out)
    #expect(lines.count == 3)
    #expect(lines.filter { $0.transcript != nil }.count == 2)
    let failure = try #require(lines.first { $0.error != nil })
    #expect(failure.error?.code == "unreadable_audio")
    #expect(failure.file?.hasSuffix("in/b.mp3") == true)
    #expect(result.error.contains("1 of 3"))
  }

  @Test func fileInPlaceOfACommand_isToldTheCommand() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav")).path
    let result = try home.run(audio)
    #expect(result.status == 64 && result.error.contains("commentbot process \(audio)"), "\(result.error)")
  }

  @Test func process_usageErrors_exit64() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav")).path
    for arguments in [
      ["process"], ["process", "--no-such-option", audio], ["process", "--temperature", "3", audio],
      ["process", "--language", "klingon", audio], ["process", "--kinds", "poem", audio],
      ["process", "-f", "docx", audio], ["process", "--device", "cuda", audio],
      ["process", "--patience", "2", audio], ["process", "--clip_timestamps", "3,2", audio],
      ["process", "--verbose", "maybe", audio],
    ] {
      let result = try home.run(arguments)
      #expect(result.status == 64, "\(arguments): \(result.error)")
      #expect(!result.error.isEmpty)
    }
  }

  @Test func process_malformedConfiguration_namesTheKey() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_THREADS"] = "many"
    let result = try home.run("process", "--llm", "none", "a.wav")
    #expect(result.status == 66 || result.status == 78)
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    let second = try home.run("process", "--llm", "none", audio.path)
    #expect(second.status == 78)
    #expect(second.error.lowercased().contains("threads"))
  }

  @Test func process_missingModel_saysHowToGetIt() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    let result = try home.run("process", "--llm", "none", "--model", "large-v9", audio.path)
    #expect(result.status == 66)
    #expect(result.error.contains("commentbot models"))
  }

  @Test func process_damagedModel_isRefused() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    let model = home.file("broken.bin")
    try Data(repeating: 7, count: 5000).write(to: model)
    let result = try home.run("process", "--llm", "none", "--model", model.path, audio.path)
    #expect(result.status == 65, "\(result.error)")
    #expect(home.results.isEmpty)
  }

  @Test func process_modelWithFlippedBytes_isRefused() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    try home.ownModels()
    let models = home.file("data/models")
    let names = try FileManager.default.contentsOfDirectory(atPath: models.path + "/whisper")
    let model = models.appending(path: "whisper/\(try #require(names.first { $0.hasPrefix("ggml-base") }))")
    var bytes = try Data(contentsOf: model)
    bytes.replaceSubrange(10_000_000..<10_002_000, with: Data(repeating: 9, count: 2000))
    try bytes.write(to: model)
    let result = try home.run("process", "--llm", "none", audio.path)
    #expect(result.status == 65, "\(result.error)")
    #expect(result.error.contains("commentbot models pull"))
    #expect(home.results.isEmpty)
  }

  @Test func list_outputCannotBeWritten_isAnError() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello there.", at: home.file("a.wav"))
    #expect(try home.run("process", "--llm", "none", audio.path).status == 0)
    let result = try Command.run(
      "sh", ["-c", "'\(try Command.commentbot)' list > /dev/full"], environment: home.environment)
    #expect(result.status == 74)
    #expect(!result.error.contains("Fatal"))
  }

  @Test func process_damagedDatabase_isRefusedWithTheWayOut() throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    let folder = home.file("bd/commentbot")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(repeating: 65, count: 40_000).write(to: folder.appending(path: "commentbot.sqlite"))
    let result = try home.run("process", "--llm", "none", audio.path)
    #expect(result.status == 74)
    #expect(result.error.contains("commentbot.sqlite") && result.error.contains("→"))
    let diagnosis = try home.run("diagnose", "--json")
    #expect(diagnosis.status == 1)
    #expect(diagnosis.out.contains("database.integrity"))
  }

  /// SQLite meets the end of the disk in other places, and with other result codes, the fuller it is.
  @Test(arguments: [4, 16, 40, 64, 100, 140])
  func process_noRoomForTheDatabase_isAFullDisk(kilobytes: Int) throws {
    let home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    let script = """
      mount -t tmpfs -o size=\(kilobytes)k tmpfs '\(home.file("bd").path)' \
      && '\(try Command.commentbot)' process --json --llm none '\(audio.path)'
      """
    let result = try Command.run("unshare", ["-rm", "sh", "-c", script], environment: home.environment)
    #expect(result.status == 74, "\(result.error)")
    #expect(result.error.contains("df -h"), "\(result.error)")
  }

  /// A file system without room, in a mount namespace of the test's own.
  @Test(arguments: [("data/audio-cache", "1m"), ("data/transcripts", "8k")])
  func process_fullDisk_saysSo(folder: String, size: String) throws {
    let result = try process(afterMounting: "tmpfs -t tmpfs -o size=\(size)", at: folder)
    #expect(result.status == 74, "\(result.error)")
    #expect(result.error.contains("no space left on device (disk_full)\n  → df -h "), "\(result.error)")
  }

  @Test(arguments: ["data", "data/audio-cache", "data/transcripts", "bd"])
  func process_readOnlyDisk_saysSo(folder: String) throws {
    let result = try process(afterMounting: nil, at: folder)
    #expect(result.status == 77, "\(result.error)")
    #expect(result.error.contains("(permission)\n  → ls -ld "), "\(result.error)")
  }

  /// - Parameter mount: what to mount; nil makes the folder one that cannot be written.
  private func process(afterMounting mount: String?, at name: String) throws -> CommandResult {
    let home = try Installation()
    let text = String(repeating: "This will need more room than there is. ", count: 20)
    let audio = try Speech.make(text, at: home.file("a.wav"))
    let folder = home.file(name).path
    let mounting =
      mount.map { "mount \($0) '\(folder)'" }
      ?? "mount --bind '\(folder)' '\(folder)' && mount -o remount,ro,bind '\(folder)'"
    let script = """
      mkdir -p '\(folder)' && \(mounting) && '\(try Command.commentbot)' process --llm none '\(audio.path)'
      status=$?; find '\(folder)' -type f; exit $status
      """
    let result = try Command.run("unshare", ["-rm", "sh", "-c", script], environment: home.environment)
    #expect(result.out.isEmpty, "nothing is left half-written")
    #expect(home.results.isEmpty)
    return result
  }

  private static func make(_ name: String, in home: Installation) throws {
    let file = home.file(name)
    switch name {
    case "empty.mp3": try Data().write(to: file)
    case "text.mp3": try Data("This is a shopping list and no music.\n".utf8).write(to: file)
    case "playlist.mp3":
      try Speech.make("secret", at: home.file("secret.wav"))
      try Data("#EXTM3U\n#EXTINF:3,\nfile://\(home.file("secret.wav").path)\n#EXT-X-ENDLIST\n".utf8).write(to: file)
    case "cut.mp4":
      let whole = try Speech.make(ProcessTests.sentence, at: home.file("whole.mp4"))
      try Data(contentsOf: whole).prefix(20_000).write(to: file)
    case "video.mp4":
      let made = try Command.run(
        "ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc=duration=1:size=64x64:rate=5", file.path])
      #expect(made.status == 0, "\(made.error)")
    case "zero-rate.wav":
      var wav = try Data(contentsOf: Speech.make("Hello.", at: home.file("good.wav")))
      wav.replaceSubrange(24..<28, with: [0, 0, 0, 0])
      try wav.write(to: file)
    default: throw TestFailure("no such case: \(name)")
    }
  }
}
