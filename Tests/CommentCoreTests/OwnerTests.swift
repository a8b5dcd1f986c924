import CommentCore
import Foundation
import Testing

/// Who sees which recordings.
struct OwnerTests {
  /// One recording is ann's, one bob's, one both's.
  private static func withTwoOwners(_ body: (Library) async throws -> Void) async throws {
    try await withLibrary { library in
      for (digits, name, owner) in [("aaaa", "hers", "ann"), ("bbbb", "his", "bob"), ("cccc", "both", "ann")] {
        try await library.saveTranscript(
          .make([" The \(name) word."], key: name), of: .make(digits, name: name), folder: name, owner: owner)
        try await library.saveComments([.make(key: name)], transcriptKey: name)
      }
      var renamed = Recording.make("cccc", name: "bob's name")
      renamed.path = "/bob/file.mp3"
      try await library.give(renamed, to: "bob")
      try await body(library)
    }
  }

  @Test func recording_ofAnotherOwner_isNotFoundAnywhere() async throws {
    try await Self.withTwoOwners { library in
      for (id, owner) in [("aaaa", "bob"), ("bbbb", "ann"), ("aaaa", "nobody"), ("aaaa", "")] {
        let sha256 = Recording.make(id).sha256
        for text in [id, sha256] {
          let error = await #expect(throws: CommentBotError.self) {
            try await library.recording(id: text, owner: owner)
          }
          #expect(error?.code == .notFound)
          await #expect(throws: CommentBotError.self) { try await library.contents(ofRecording: text, owner: owner) }
        }
        await #expect(throws: CommentBotError.self) { try await library.delete(recording: sha256, owner: owner) }
        #expect(try await library.recordings(RecordingFilter(owner: owner, sha256: sha256)) == [])
        #expect(try await library.search("word", in: RecordingFilter(owner: owner, sha256: sha256)) == [])
      }
      #expect(try await library.recordings(RecordingFilter(owner: "bob")).map(\.name) == ["bob's name", "his"])
      #expect(try await library.search("word", in: RecordingFilter(owner: "ann")).map(\.name) == ["both", "hers"])
      let passages = try await library.passages(about: "Which word?", owner: "bob")
      #expect(Set(passages.map(\.name)) == ["bob's name", "his"])
      #expect(try await library.passages(about: "Which word?", owner: "nobody").isEmpty)
    }
  }

  @Test func recording_ofSeveralOwners_hasTheNameThatEachGave() async throws {
    try await Self.withTwoOwners { library in
      let (hers, his) = (
        try await library.contents(ofRecording: "CCCC", owner: "ann"),
        try await library.contents(ofRecording: "cccc", owner: "bob")
      )
      #expect((hers.recording.name, hers.recording.path) == ("both", "/in/both.mp3"))
      #expect((his.recording.name, his.recording.path) == ("bob's name", "/bob/file.mp3"))
      #expect(hers.transcript == his.transcript && hers.comments.map(\.key) == ["both"])
    }
  }

  @Test func delete_byOneOfSeveralOwners_leavesItToTheOthers() async throws {
    try await Self.withTwoOwners { library in
      let sha256 = Recording.make("cccc").sha256
      #expect(try await library.owners(of: sha256) == ["ann", "bob"])
      let shared = try await library.delete(recording: sha256, owner: "ann")
      #expect(shared.isShared && shared.transcripts == 0)
      #expect(try await library.recordings(RecordingFilter(owner: "ann")).map(\.name) == ["hers"])
      #expect(try await library.contents(ofRecording: "cccc", owner: "bob").comments.count == 1)
      #expect(try await library.owners(of: sha256) == ["bob"])
      let deletion = try await library.delete(recording: sha256, owner: "bob")
      #expect((deletion.transcripts, deletion.comments, deletion.isShared) == (1, 1, false))
      #expect(try await library.recording(sha256: sha256) == nil)
    }
  }

  @Test func give_ofNoRecording_isNotFound() async throws {
    try await withLibrary { library in
      let error = await #expect(throws: CommentBotError.self) { try await library.give(.make(), to: "ann") }
      #expect(error?.code == .notFound)
    }
  }

  @Test(arguments: ["abc", "", "abcg", "%", "abcd' OR 1=1 --", "both"])
  func recordingID_ofOtherThanDigits_isNotFound(id: String) async throws {
    try await Self.withTwoOwners { library in
      let error = await #expect(throws: CommentBotError.self) { try await library.recording(id: id, owner: "ann") }
      #expect(error?.code == .notFound)
    }
  }

  @Test func recordings_pageByPage_areAllThereOnceWhateverIsAdded() async throws {
    try await withLibrary { library in
      for number in 0..<10 { try await library.save(.make("\(1000 + number)", name: "\(number)"), owner: "ann") }
      var (names, filter) = ([String](), RecordingFilter(owner: "ann", limit: 3))
      while true {
        let page = try await library.recordings(filter)
        names += page.map(\.name)
        guard page.count == 3, let last = page.last else { break }
        filter.after = RecordingPlace(last.place.text)
        // What comes in between is newer than all pages; the last of the page goes away.
        try await library.save(.make("2\(names.count)00", name: "new"), owner: "ann")
        _ = try await library.delete(recording: last.sha256, owner: "ann")
      }
      #expect(names == (0..<10).reversed().map(String.init))
    }
  }

  @Test func recordings_filtered_areThoseThatMatch() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(), of: .make("aaaa", name: "Über uns"), folder: "f")
      try await library.save(.make("bbbb", name: "Budget 100%"))
      let all = try await library.recordings()
      func names(_ filter: RecordingFilter) async throws -> [String] {
        try await library.recordings(filter).map(\.name)
      }
      #expect(try await names(RecordingFilter(name: "üBER")) == ["Über uns"])
      #expect(try await names(RecordingFilter(name: "0%")) == ["Budget 100%"])
      #expect(try await names(RecordingFilter(name: "_")) == [])
      #expect(try await names(RecordingFilter(language: "en")) == ["Über uns"])
      #expect(try await names(RecordingFilter(from: all[0].created)) == ["Budget 100%"])
      #expect(try await names(RecordingFilter(to: all[0].created)) == ["Über uns"])
      #expect(try await names(RecordingFilter(limit: 0)) == [])
    }
  }

  @Test(arguments: ["", "-", "1-", "x-" + String(repeating: "a", count: 64), "-1-" + String(repeating: "a", count: 64)])
  func place_ofOtherText_isNone(text: String) {
    #expect(RecordingPlace(text) == nil)
  }
}
