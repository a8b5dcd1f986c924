import Foundation
import TestSupport
import Testing

/// What `list`, `show`, `search`, `export`, `delete` and `cache` tell and leave.
@Suite(.serialized) struct LibraryCommandTests {
  @Test(arguments: [["list"], ["search", "word"], ["show", "talk"], ["export", "talk"], ["delete", "talk"]])
  func command_inAFolderWithoutLibrary_makesNone(command: [String]) throws {
    var home = try Installation()
    home.environment["COMMENTBOT_HOME"] = home.file("elsewhere").path
    let result = try home.run(command)
    #expect(result.status == (command == ["list"] ? 0 : 66))
    #expect(result.error.contains("elsewhere") && result.error.contains("commentbot process FILE"), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: home.file("elsewhere").path))
  }

  @Test func list_whereNobodyMayLook_isRefused() throws {
    let home = try Installation()
    let folder = home.file("bd").path
    chmod(folder, 0)
    defer { chmod(folder, 0o755) }
    let result = try home.runWithoutPrivileges("list")
    #expect(result.status == 77 && result.error.contains("permission denied"), "\(result.error)")
  }

  @Test func export_intoAFolder_saysToNameAFile() throws {
    let home = try Installation()
    let audio = try Speech.make("One two three.", at: home.file("talk.wav")).path
    #expect(try home.run("process", "--llm", "none", audio).status == 0)
    let result = try home.run("export", "talk", "-f", "srt", "-o", home.scratch.url.path)
    #expect(result.status == 64)
    #expect(result.error.contains("it is a folder") && result.error.contains("/talk.srt'"), "\(result.error)")
    let several = try home.run("export", "talk", "-f", "srt,vtt", "-o", audio)
    #expect(several.status == 74 && several.error.contains("talk.wav is a file"), "\(several.error)")
    let nowhere = try home.run("export", "talk", "-f", "srt", "-o", home.file("no/talk.srt").path)
    #expect(nowhere.status == 74 && nowhere.error.contains("→ mkdir -p "), "\(nowhere.error)")
  }

  @Test func delete_thatFails_canBeRepeated() throws {
    let home = try Installation()
    let audio = try Speech.make("One two three.", at: home.file("talk.wav")).path
    #expect(try home.run("process", "--llm", "none", audio).status == 0)
    let transcripts = home.file("data/transcripts").path
    chmod(transcripts, 0o500)
    #expect(try home.runWithoutPrivileges("delete", "talk").status == 77)
    #expect(try home.run("list").out.contains("talk"))
    chmod(transcripts, 0o700)
    #expect(try home.runWithoutPrivileges("delete", "talk").status == 0)
    #expect(home.results.isEmpty)
    #expect(try home.run("list").out.isEmpty)
  }

  /// The files are written before the rows: as if the run had been killed between them.
  @Test func process_filesOfAnotherTranscript_areWrittenAgain() throws {
    let home = try Installation()
    let audio = try Speech.make("One two three.", at: home.file("talk.wav")).path
    let plain = ["process", "--kinds", "none", audio]
    let prompted = plain + ["--initial_prompt", "Numbers."]
    #expect(try home.run(["process", "--llm", "embedded", audio]).status == 0)
    let folder = home.file("data/transcripts").appending(path: try #require(home.results.first))
    let transcript = folder.appending(path: "transcript.json")
    func prompt() throws -> String? {
      let json = try JSONSerialization.jsonObject(with: Data(contentsOf: transcript)) as? [String: Any]
      return (json?["options"] as? [String: Any])?["initial_prompt"] as? String
    }
    let comments = folder.appending(path: "comments.md").path
    #expect(FileManager.default.fileExists(atPath: comments))
    #expect(try home.run(prompted).status == 0)
    #expect(try prompt() == "Numbers." && !FileManager.default.fileExists(atPath: comments))
    let aside = home.file("aside")
    try FileManager.default.copyItem(at: folder, to: aside)
    #expect(try home.run(plain).status == 0)
    #expect(try prompt() == nil && FileManager.default.fileExists(atPath: comments))
    try FileManager.default.removeItem(at: folder)
    try FileManager.default.moveItem(at: aside, to: folder)
    #expect(try home.run(plain).status == 0)
    #expect(try prompt() == nil && FileManager.default.fileExists(atPath: comments))
  }

  @Test func process_kinds_areNamedOnceEach() throws {
    let home = try Installation()
    let audio = try Speech.make("One two three.", at: home.file("talk.wav")).path
    for kinds in ["", "summary,", "poem"] {
      #expect(try home.run("process", "--kinds", kinds, audio).status == 64, "\(kinds)")
    }
    let result = try home.run("process", "--json", "--kinds", "key-points, summary,key-points", audio)
    #expect(try ProcessLine.all(in: result.out).first?.comments?.map(\.kind) == ["key-points", "summary"])
  }

  @Test func process_folder_saysHowManyFilesItPassedOver() throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("in"), withIntermediateDirectories: true)
    try Speech.make("One two three.", at: home.file("in/talk.wav"))
    for name in ["notes.txt", "cover.jpg"] { try Data("x".utf8).write(to: home.file("in/\(name)")) }
    let result = try home.run("process", "--llm", "none", home.file("in").path)
    #expect(result.status == 0 && result.error.contains("2 files passed over"), "\(result.error)")
  }

  @Test func process_ofFewSeconds_saysThatTheLanguageMayBeWrong() throws {
    let home = try Installation()
    let audio = try Speech.make("One two three.", at: home.file("talk.wav")).path
    #expect(try home.run("process", "--llm", "none", audio).error.contains("if it is wrong, give it: --language CODE"))
    #expect(try !home.run("process", "--llm", "none", "--language", "en", audio).error.contains("--language"))
  }

  @Test func cache_trim_takesUnitsAndTellsWhatItFreed() throws {
    let home = try Installation()
    let audio = try Speech.make("One two three.", at: home.file("talk.wav")).path
    #expect(try home.run("process", "--llm", "none", audio).status == 0)
    #expect(try home.run("cache", "--trim", "1.5 GB").out.hasPrefix("freed 0 bytes\n1 recording, "))
    let trimmed = try home.run("cache", "--trim", "1kB").out
    #expect(trimmed.contains("\n0 recordings, 0 bytes of at most 20 GB\n"), "\(trimmed)")
    for size in ["1xB", "-1", "GB", "1e30", "1 5GB"] {
      #expect(try home.run("cache", "--trim", size).status == 64, "\(size)")
    }
  }

  @Test func commentbot_unknownCommand_namesTheLikeliest() throws {
    let home = try Installation()
    let result = try home.run("proces", "talk.mp3")
    #expect(result.status == 64)
    #expect(result.error == "there is no command proces. Did you mean: commentbot process\n")
    #expect(try home.run("xyz").error == "there is no command xyz. All commands: commentbot help\n")
    let help = try home.run("help", "expo")
    #expect(help.status == 64 && help.error == "there is no command expo. Did you mean: commentbot export\n")
    #expect(try home.run("help", "export").out.contains("USAGE: commentbot export "))
  }
}
