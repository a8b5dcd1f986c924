import CommentCore
import Foundation
import Testing

/// What people type to name a recording.
struct LibraryMatchingTests {
  @Test func recordingMatching_findsByPrefixNameOrFile() async throws {
    try await withLibrary { library in
      let (one, two) = (Recording.make("abcd1", name: "one"), Recording.make("abce", name: "two"))
      try await library.save(one)
      try await library.save(two)
      #expect(try await library.recording(matching: "abcd") == one)
      #expect(try await library.recording(matching: "ABCE0") == two)
      #expect(try await library.recording(matching: two.sha256) == two)
      #expect(try await library.recording(matching: "one") == one)
      #expect(try await library.recording(matching: one.path) == one)
      #expect(try await library.recording(matching: URL(filePath: two.path).lastPathComponent) == two)
    }
  }

  @Test(arguments: ["abc", "", "ffff", "on", "one%", "abcg", "abcd' OR 1=1 --"])
  func recordingMatching_unknown_isNotFound(text: String) async throws {
    try await withLibrary { library in
      try await library.save(.make("abcd1", name: "one"))
      let error = await #expect(throws: CommentBotError.self) { try await library.recording(matching: text) }
      #expect(error?.code == .notFound)
      #expect(error?.hint == "commentbot list")
    }
  }

  @Test func recordingMatching_several_namesThem() async throws {
    try await withLibrary { library in
      try await library.save(.make("abcd1", name: "one"))
      try await library.save(.make("abcd2", name: "one"))
      for text in ["abcd", "one"] {
        let error = await #expect(throws: CommentBotError.self) { try await library.recording(matching: text) }
        #expect(error?.code == .usage)
        #expect(error?.cause == "several recordings match: abcd10000000 (one), abcd20000000 (one)")
        #expect(error?.hint == "give the id of one of them")
      }
    }
  }

  @Test func recordingMatching_renamed_isFoundByItsFirstNameAndItsFolder() async throws {
    try await withLibrary { library in
      let first = Recording.make("abcd1", name: "first")
      let folder = "first-\(first.id)"
      try await library.saveTranscript(.make(), of: first, folder: folder)
      let renamed = Recording.make("abcd1", name: "second")
      try await library.save(renamed)
      try await library.save(.make("abce", name: "other"))
      for text in ["first", folder, "data/transcripts/\(folder)/", "second"] {
        #expect(try await library.recording(matching: text) == renamed, "\(text)")
      }
    }
  }
}
