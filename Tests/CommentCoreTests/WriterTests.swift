import Foundation
import Testing

@testable import CommentCore

struct WriterTests {
  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  // MARK: - ResultFolder

  @Test func resultFolder_holdsEveryFileOfTheTranscript() async throws {
    try await withTemporaryFolder { folder in
      let recording = Recording.make(tags: ["Album Title": "x/y", "camelCase": "é"])
      let results = ResultFolder(of: recording, in: folder)
      #expect(results.name == "talk-abcd00000000")
      try await results.write(.make(), of: recording)
      #expect(
        try names(in: results.url) == [
          "recording.json", "transcript.json", "transcript.md", "transcript.srt", "transcript.tsv", "transcript.txt",
          "transcript.vtt",
        ])
      let text = try String(contentsOf: results.url.appending(path: "transcript.txt"), encoding: .utf8)
      #expect(text == "Hello there.\nGeneral talk.\n")
      let json = try String(contentsOf: results.url.appending(path: "transcript.json"), encoding: .utf8)
      #expect(json == TranscriptJSON(.make()).complete)
      let facts = try String(contentsOf: results.url.appending(path: "recording.json"), encoding: .utf8)
      #expect(
        facts == """
          {
            "byte_count" : 1000,
            "facts" : {
              "channels" : 2,
              "codec" : "mp3",
              "container" : "mp3",
              "duration" : 61.25,
              "filled_seconds" : 0.5,
              "missing_seconds" : 0,
              "sample_rate" : 44100,
              "tags" : {
                "Album Title" : "x/y",
                "camelCase" : "é"
              }
            },
            "name" : "talk",
            "path" : "/in/talk.mp3",
            "sha256" : "\(recording.sha256)"
          }

          """)
    }
  }

  @Test func resultFolder_comments_areWrittenAndRead() async throws {
    try await withTemporaryFolder { folder in
      let results = ResultFolder(of: .make(), in: folder)
      try await results.write([.make("summary"), .make("key-points")], onTranscript: "key", of: .make(), note: "weak")
      let data = try Data(contentsOf: results.url.appending(path: "comments.json"))
      let file = try JSONFile.decoder.decode(CommentsFile.self, from: data)
      #expect(file == CommentsFile(comments: [.make("summary"), .make("key-points")], transcript: "key"))
      #expect(String(decoding: data, as: UTF8.self).contains(#""prompt_digest" : "aaa"#))
      #expect(try names(in: results.url) == ["comments.json", "comments.md"])
    }
  }

  @Test func resultFolder_newTranscript_removesCommentsOnTheOldOne() async throws {
    try await withTemporaryFolder { folder in
      let results = ResultFolder(of: .make(), in: folder)
      try await results.write(.make(key: "old"), of: .make())
      try await results.write([.make()], onTranscript: "old", of: .make())
      try await results.write(.make(key: "old"), of: .make())
      #expect(try names(in: results.url).contains("comments.md"))
      try await results.write(.make(key: "new"), of: .make())
      #expect(try names(in: results.url).filter { $0.hasPrefix("comments") } == [])
    }
  }

  @Test func resultFolder_knowsWhoseItsFilesAre() async throws {
    try await withTemporaryFolder { folder in
      let results = ResultFolder(of: .make(), in: folder)
      #expect(await !results.holds(transcriptKey: "one"))
      try await results.write(.make(key: "one"), of: .make())
      #expect(await results.holds(transcriptKey: "one"))
      #expect(await !results.holds(transcriptKey: "two"))
      try FileManager.default.removeItem(at: results.url.appending(path: "transcript.tsv"))
      #expect(await !results.holds(transcriptKey: "one"))
    }
  }

  @Test func resultFolder_writeThatFails_leavesNoFolder() async throws {
    try await withTemporaryFolder { folder in
      let results = ResultFolder(of: .make(), in: folder)
      var comment = Comment.make()
      // JSON has no word for it.
      comment.seconds = .nan
      let comments = [comment]
      await #expect(throws: EncodingError.self) {
        try await results.write(comments, onTranscript: "key", of: .make())
      }
      let left = try names(in: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func resultFolder_remove_takesOnlyItsOwn() async throws {
    try await withTemporaryFolder { folder in
      let transcripts = folder.appending(path: "transcripts")
      let results = ResultFolder(of: .make(), in: transcripts)
      try await results.write(.make(), of: .make())
      try AtomicFile.write(Data(), to: folder.appending(path: "precious"))
      for name in ["..", "../", "../precious", "", "/", "."] {
        let other = ResultFolder(named: name, in: transcripts)
        #expect(other.url.deletingLastPathComponent().path == transcripts.path)
        try await other.remove()
      }
      #expect(try names(in: folder) == ["precious", "transcripts"])
      try await ResultFolder(named: results.name, in: transcripts).remove()
      try await results.remove()
      #expect(try names(in: transcripts) == [])
    }
  }

  @Test func resultFolder_whereNothingMayBeWritten_saysSo() async throws {
    let results = ResultFolder(of: .make(), in: URL(filePath: "/sys/kernel"))
    let error = await #expect(throws: CommentBotError.self) { try await results.write(.make(), of: .make()) }
    #expect(error?.code == .permission)
  }

  // MARK: - FileName

  @Test(arguments: [
    ("talk", "talk"), ("../../etc/passwd", "_.._etc_passwd"), (".hidden", "hidden"), ("", "recording"),
    ("...", "recording"),
    ("a\nb\u{1B}[31m", "a_b_[31m"), ("日本 語", "日本 語"), ("C:\\x", "C__x"), (" x. ", "x"), ("a\0b", "a_b"),
    (".\u{301}x", "\u{301}x"), ("evil\u{202E}3pm", "evil3pm"), ("/\u{301}x", "_\u{301}x"),
  ])
  func fileName_isSafe(name: String, expected: String) {
    #expect(Array(FileName.safe(name).unicodeScalars) == Array(expected.unicodeScalars))
    #expect(FileName.safe(FileName.safe(name)) == FileName.safe(name))
  }

  @Test func fileName_isCutBetweenCharacters() {
    #expect(FileName.safe(String(repeating: "é", count: 80)) == String(repeating: "é", count: 50))
    #expect(FileName.safe("a" + String(repeating: "👩‍👩‍👧", count: 9)) == "a" + String(repeating: "👩‍👩‍👧", count: 5))
  }

  // MARK: - OutputFolder

  @Test func outputFolder_namesFilesAsOpenAIWhisper() async throws {
    try await withTemporaryFolder { folder in
      let output = OutputFolder(folder.appending(path: "out"))
      let files = try await output.write(.make(), of: .make(name: "my.talk"), formats: [.srt, .json])
      #expect(files.map(\.lastPathComponent) == ["my.talk.srt", "my.talk.json"])
      #expect(try names(in: output.url) == ["my.talk.json", "my.talk.srt"])
      // What openai-whisper would write, without what CommentBot adds in its own folder.
      let json = try String(contentsOf: files[1], encoding: .utf8)
      #expect(json == TranscriptFormat.json.render(.make()))
    }
  }

  @Test func outputFolder_sameNameTwice_losesNothing() async throws {
    try await withTemporaryFolder { folder in
      let output = OutputFolder(folder)
      for (digits, name) in [("aaaa", "a"), ("bbbb", "a"), ("cccc", "A"), ("aaaa", "a")] {
        try await output.write(.make([" " + digits]), of: .make(digits, name: name), formats: [.txt])
      }
      #expect(try names(in: folder) == ["A-cccc00000000.txt", "a-bbbb00000000.txt", "a.txt"])
      #expect(try String(contentsOf: folder.appending(path: "a.txt"), encoding: .utf8) == "aaaa\n")
    }
  }

  @Test func outputFolder_nextRun_replacesTheFiles() async throws {
    try await withTemporaryFolder { folder in
      try await OutputFolder(folder).write(.make([" one"]), of: .make("aaaa", name: "a"), formats: [.txt])
      try await OutputFolder(folder).write(.make([" two"]), of: .make("bbbb", name: "a"), formats: [.txt])
      #expect(try String(contentsOf: folder.appending(path: "a.txt"), encoding: .utf8) == "two\n")
    }
  }

  @Test func outputFolder_namesThatCannotBe_staySafe() async throws {
    try await withTemporaryFolder { folder in
      let output = OutputFolder(folder.appending(path: "out"))
      for (index, name) in ["../x", "", "/\u{301}", String(repeating: "ü", count: 130), "a\0b"].enumerated() {
        try await output.write(.make(), of: .make("000\(index)", name: name), formats: [.txt])
      }
      #expect(try names(in: folder) == ["out"])
      #expect(try names(in: output.url).count == 5)
    }
  }
}
