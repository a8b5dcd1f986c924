import CommentCore
import Foundation
import Testing

struct LibraryTests {
  // MARK: - Recordings

  @Test func save_keepsARecordingAndRefreshesIt() async throws {
    try await withLibrary { library in
      try await library.save(.make(tags: ["title": "Déjà vu"]))
      var moved = Recording.make(name: "moved")
      moved.path = "/elsewhere/moved.wav"
      #expect(try await library.recording(sha256: moved.sha256) == .make(tags: ["title": "Déjà vu"]))
      try await library.save(moved)
      #expect(try await library.recording(sha256: moved.sha256) == moved)
      #expect(try await library.recordings().count == 1)
    }
  }

  @Test func recordings_areTheNewestFirstWithTheirNewestTranscript() async throws {
    try await withLibrary { library in
      let (old, new) = (Recording.make("aaaa", name: "old"), Recording.make("bbbb", name: "new"))
      try await library.saveTranscript(.make(key: "k1"), of: old, folder: "first")
      try await library.saveComments([.make("key-points", key: "c0")], transcriptKey: "k1")
      var spanish = Transcript.make(key: "k2")
      spanish.language = "es"
      try await library.saveTranscript(spanish, of: old, folder: "second")
      try await library.saveComments([.make("summary"), .make("chapters")], transcriptKey: "k2")
      try await library.save(new)
      let list = try await library.recordings()
      #expect(list.map(\.name) == ["new", "old"])
      #expect(list.map(\.language) == [nil, "es"])
      #expect(list.map(\.folder) == [nil, "second"])
      #expect(list.map(\.kinds) == [[], ["chapters", "summary"]])
      #expect(list[1].created == Date(timeIntervalSince1970: 1_700_000_001))
      #expect(list[1].id == "aaaa00000000")
    }
  }

  // MARK: - Transcripts

  @Test func saveTranscript_givesBackWhatWasSaved() async throws {
    try await withLibrary { library in
      var transcript = Transcript.make(["\u{1F468}\u{200D}\u{1F469} 日本", "", "\u{1}\u{7F}\r\n"])
      transcript.options.language = "ja"
      transcript.options.lengthPenalty = 0.1
      transcript.segments[1].words = nil
      transcript.segments[0].speaker = "A"
      transcript.languages = [LanguageProbability(language: "ja", probability: 0.75)]
      transcript.dropped[0].speaker = "B"
      try await library.saveTranscript(transcript, of: .make(), folder: "talk-abcd")
      let stored = try #require(try await library.transcript(key: "key"))
      #expect(stored.transcript == transcript)
      #expect(stored.folder == "talk-abcd")
      #expect(stored.recording == Recording.make().sha256)
      #expect(try await library.latestTranscript(of: Recording.make().sha256) == stored)
      #expect(try await library.transcript(key: "other") == nil)
      #expect(try await library.latestTranscript(of: "other") == nil)
    }
  }

  @Test func saveTranscript_textWithNUL_isNotCutThere() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make([" one\0 two"]), of: .make(), folder: "f")
      #expect(try await library.transcript(key: "key")?.transcript.text == " one\u{FFFD} two")
    }
  }

  @Test func saveTranscript_figuresThatAreNoNumbers_areKept() async throws {
    try await withLibrary { library in
      var transcript = Transcript.make([" a"])
      transcript.segments[0].avgLogprob = .nan
      transcript.segments[0].compressionRatio = .infinity
      try await library.saveTranscript(transcript, of: .make(), folder: "f")
      let segment = try #require(try await library.transcript(key: "key")?.transcript.segments.first)
      #expect(segment.avgLogprob.isNaN)
      #expect(segment.compressionRatio == .infinity)
    }
  }

  @Test func saveTranscript_sameKey_replacesItWithItsSegmentsAndComments() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make([" alpha", " beta", " gamma"]), of: .make(), folder: "f")
      try await library.saveComments([.make()], transcriptKey: "key")
      try await library.saveTranscript(.make([" delta"]), of: .make(), folder: "g")
      #expect(try await library.transcript(key: "key")?.transcript.segments.map(\.text) == [" delta"])
      #expect(try await library.comments(ofTranscript: "key") == [])
      #expect(try await library.search("alpha") == [])
      #expect(try await library.search("delta").count == 1)
    }
  }

  @Test func saveTranscript_unchanged_keepsItsComments() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(), of: .make(), folder: "f")
      try await library.saveComments([.make()], transcriptKey: "key")
      try await library.saveTranscript(.make(), of: .make(), folder: "g")
      #expect(try await library.comments(ofTranscript: "key") == [.make()])
      #expect(try await library.transcript(key: "key")?.folder == "g")
    }
  }

  @Test func saveTranscript_anEarlierOne_becomesTheNewestWithItsComments() async throws {
    try await withLibrary { library in
      let earlier = Transcript.make([" alpha"], key: "earlier")
      try await library.saveTranscript(earlier, of: .make(), folder: "f")
      try await library.saveComments([.make()], transcriptKey: "earlier")
      try await library.saveTranscript(.make([" beta"], key: "later"), of: .make(), folder: "f")
      try await library.saveTranscript(earlier, of: .make(), folder: "f")
      #expect(try await library.latestTranscript(of: Recording.make().sha256)?.transcript == earlier)
      #expect(try await library.comments(ofTranscript: "earlier") == [.make()])
      #expect(try await library.search("alpha").count == 1)
      #expect(try await library.search("beta").isEmpty)
    }
  }

  @Test func saveTranscript_thatTheSchemaRefuses_leavesEverythingAsItWas() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(), of: .make(), folder: "f")
      try await library.saveWindow(.make(0, 30), transcriptKey: "key", of: Recording.make().sha256)
      let backwards = {
        var transcript = Transcript.make([" a", " b", " c"])
        transcript.segments[0].end = -1
        return transcript
      }()
      let error = await #expect(throws: CommentBotError.self) {
        try await library.saveTranscript(backwards, of: .make("abcd", name: "other"), folder: "g")
      }
      #expect(error?.code == .database)
      #expect(try await library.transcript(key: "key")?.transcript == .make())
      #expect(try await library.windows(of: "key").count == 1)
      #expect(try await library.recordings().map(\.name) == ["talk"])
    }
  }

  // MARK: - Checkpoints

  @Test func windows_areThereAgainAfterAReopening_andGoneWithTheTranscript() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      let recording = Recording.make()
      let windows = [TranscriptionWindow.make(0, 28.5), .make(28.5, 55), .make(55, 61.25)]
      let first = try Library(at: url)
      try await first.save(recording)
      for window in windows.reversed() {
        try await first.saveWindow(window, transcriptKey: "key", of: recording.sha256)
      }
      let second = try Library(at: url)
      #expect(try await second.windows(of: "key") == windows)
      #expect(try await second.windows(of: "other") == [])
      #expect(try await second.windows(of: "key", channel: 1) == [])
      try await first.saveWindow(windows[0], transcriptKey: "key", channel: 1, of: recording.sha256)
      #expect(try await second.windows(of: "key", channel: 1) == [windows[0]])
      try await second.saveTranscript(.make(), of: recording, folder: "f")
      #expect(try await first.windows(of: "key") == [])
    }
  }

  @Test func windows_afterAGap_areLeftOut() async throws {
    try await withLibrary { library in
      let recording = Recording.make()
      try await library.save(recording)
      for window in [TranscriptionWindow.make(0, 10), .make(10, 20), .make(30, 40)] {
        try await library.saveWindow(window, transcriptKey: "key", of: recording.sha256)
      }
      try await library.saveWindow(.make(5, 10), transcriptKey: "late", of: recording.sha256)
      #expect(try await library.windows(of: "key").map(\.end) == [10, 20])
      #expect(try await library.windows(of: "late") == [])
    }
  }

  @Test func saveWindow_again_replacesIt() async throws {
    try await withLibrary { library in
      try await library.save(.make())
      try await library.saveWindow(.make(0, 10, text: "a"), transcriptKey: "key", of: Recording.make().sha256)
      try await library.saveWindow(.make(0, 12, text: "b"), transcriptKey: "key", of: Recording.make().sha256)
      #expect(try await library.windows(of: "key") == [.make(0, 12, text: "b")])
    }
  }

  @Test func saveWindow_inCancelledTask_stillKeepsIt() async throws {
    try await withLibrary { library in
      try await library.save(.make())
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await library.saveWindow(.make(0, 10), transcriptKey: "key", of: Recording.make().sha256)
      }
      try await task.value
      #expect(try await library.windows(of: "key").count == 1)
    }
  }

  // MARK: - Comments and runs

  @Test func saveComments_replacesThoseOfTheSameKindOnly() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(), of: .make(), folder: "f")
      try await library.saveComments([.make("summary"), .make("key-points")], transcriptKey: "key")
      let better = Comment.make("summary", key: "better", text: "Better.")
      try await library.saveComments([better], transcriptKey: "key")
      #expect(try await library.comments(ofTranscript: "key") == [better, .make("key-points")])
      #expect(try await library.commentKeys() == ["better", "key-key-points"])
    }
  }

  @Test func saveComments_oneBad_keepsTheOldOnes() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(), of: .make(), folder: "f")
      try await library.saveComments([.make("summary")], transcriptKey: "key")
      let bad = {
        var comment = Comment.make("key-points")
        comment.coverage = 1.5
        return comment
      }()
      await #expect(throws: CommentBotError.self) {
        try await library.saveComments([.make("summary", key: "new"), bad], transcriptKey: "key")
      }
      #expect(try await library.comments(ofTranscript: "key") == [.make("summary")])
    }
  }

  @Test func saveComments_withoutTranscript_isNotFound() async throws {
    try await withLibrary { library in
      let error = await #expect(throws: CommentBotError.self) {
        try await library.saveComments([.make()], transcriptKey: "none")
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test func saveRun_keepsErrorAndTimings() async throws {
    try await withLibrary { library in
      try await library.save(.make())
      let start = Date(timeIntervalSince1970: 1_700_000_000.125)
      let failure = CommentBotError(.diskFull, "write", "/x", cause: "no space", hint: "df")
      var report = ProcessReport()
      report.timings["decode"] = 0.5
      let failed = Run(
        recording: Recording.make().sha256, input: "in.mp3", started: start, finished: start + 2, outcome: .failed,
        error: failure, report: report)
      let good = Run(
        recording: Recording.make().sha256, input: "in.mp3", started: start + 5, finished: start + 7,
        outcome: .succeeded)
      try await library.saveRun(failed)
      try await library.saveRun(good)
      try await library.saveRun(
        Run(recording: "unknown", input: "-", started: start, finished: start, outcome: .cancelled))
      #expect(try await library.runs(of: Recording.make().sha256) == [good, failed])
    }
  }

  // MARK: - Deletion

  @Test func delete_removesEveryRowAndSaysWhat() async throws {
    try await withLibrary { library in
      let (doomed, other) = (Recording.make("dddd", name: "doomed"), Recording.make("eeee", name: "other"))
      for recording in [doomed, other] {
        let key = recording.name
        try await library.saveTranscript(.make(key: key), of: recording, folder: "\(key)-1")
        try await library.saveTranscript(.make([" word"], key: key + "2"), of: recording, folder: "\(key)-2")
        try await library.saveComments([.make(key: key)], transcriptKey: key)
        try await library.saveWindow(.make(0, 9), transcriptKey: key + "3", of: recording.sha256)
        try await library.saveRun(
          Run(recording: recording.sha256, input: "x", started: .now, finished: .now, outcome: .succeeded))
      }
      let deletion = try await library.delete(recording: doomed.sha256)
      #expect(deletion.folders == ["doomed-1", "doomed-2"])
      #expect(deletion.transcripts == 2)
      #expect(deletion.segments == 3)
      #expect(deletion.comments == 1)
      #expect(deletion.checkpoints == 1)
      #expect(deletion.runs == 1)
      #expect(try await library.recordings().map(\.name) == ["other"])
      #expect(try await library.search("word").map(\.name) == ["other"])
      #expect(try await !library.commentKeys().contains("doomed"))
      #expect(try await library.windows(of: "doomed3") == [])
      #expect(try await library.integrityProblems() == [])
      let error = await #expect(throws: CommentBotError.self) { try await library.delete(recording: doomed.sha256) }
      #expect(error?.code == .notFound)
    }
  }
}
