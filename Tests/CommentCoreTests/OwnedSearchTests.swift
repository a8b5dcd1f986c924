import Testing

@testable import CommentCore

/// Searches that are narrowed, with more hits than are looked at in one go.
struct OwnedSearchTests {
  /// 3 × 800 segments with the same word: ann's old one, and bob's two newer ones.
  private static func withManyHits(_ body: (Library) async throws -> Void) async throws {
    try await withLibrary { library in
      for (digits, owner) in [("aaaa", "ann"), ("bbbb", "bob"), ("cccc", "bob")] {
        var transcript = Transcript.make((0..<800).map { " common ever word\($0)" }, key: digits)
        for index in transcript.segments.indices { transcript.segments[index].speaker = index % 400 == 0 ? "A" : "B" }
        transcript.language = digits == "bbbb" ? "de" : "en"
        try await library.saveTranscript(transcript, of: .make(digits, name: digits), folder: digits, owner: owner)
      }
      try await body(library)
    }
  }

  @Test func search_ownerOfOldRecordings_findsThemBehindAllNewerHits() async throws {
    try await Self.withManyHits { library in
      let filter = RecordingFilter(owner: "ann")
      let hits = try await library.search("common", in: filter, limit: 3)
      #expect(hits.map(\.name) == ["aaaa", "aaaa", "aaaa"] && hits.map(\.segment) == [0, 1, 2])
      #expect(try await library.search("com*", in: filter, limit: 3, offset: 798).map(\.segment) == [798, 799])
      #expect(try await library.search("common", in: RecordingFilter(owner: "nobody")) == [])
      let phrase = "\"common ever\""
      #expect(try await library.search(phrase, in: filter, limit: 3).map(\.segment) == [0, 1, 2])
      #expect(try await library.search(phrase, in: filter, speaker: "A").map(\.segment) == [0, 400])
    }
  }

  @Test func search_pages_followEachOther() async throws {
    try await Self.withManyHits { library in
      let filter = RecordingFilter(owner: "bob")
      let all = try await library.search("common", in: filter, limit: 2000)
      #expect(all.count == 1600)
      var pages: [SearchHit] = []
      for offset in stride(from: 0, to: 1600, by: 100) {
        pages += try await library.search("common", in: filter, limit: 100, offset: offset)
      }
      #expect(pages == all)
    }
  }

  @Test func search_ofFewTranscripts_findsWhatThatOfManyFinds() async throws {
    try await Self.withManyHits { library in
      let recordings = try await library.recordings()
      #expect(recordings.count == 3)
      for words in ["common", "com*", "\"common ever\"", "common word7", "nothing"] {
        for owner in ["ann", "bob"] {
          for (speaker, offset) in [(nil, 0), (nil, 790), ("A", 0), ("A", 3)] as [(String?, Int)] {
            let found = try await library.read { db in
              try [0, 1, 500].map { few in
                try SegmentSearch(
                  query: SearchQuery(words), filter: RecordingFilter(owner: owner), speaker: speaker, offset: offset,
                  limit: 20, fewTranscripts: few
                ).ids(in: db)
              }
            }
            #expect(Set(found[1]) == Set(found[2]) && found[0].count == found[2].count, "\(words) \(owner)")
            if speaker == nil { #expect(found[0] == found[2]) }
          }
        }
      }
    }
  }

  @Test func search_filters_narrowIt() async throws {
    try await Self.withManyHits { library in
      let bob = RecordingFilter(owner: "bob")
      #expect(try await library.search("common", in: bob, speaker: "A").map(\.segment) == [0, 0, 400, 400])
      #expect(try await library.search("word7", in: bob, speaker: "A") == [])
      var german = bob
      german.language = "de"
      let hits = try await library.search("common", in: german, limit: 900)
      #expect(Set(hits.map(\.name)) == ["bbbb"])
      #expect(try await library.search("word7", in: german).map(\.segment) == [7])
      var one = bob
      one.sha256 = Recording.make("cccc").sha256
      #expect(try await library.search("\"ever word7\"", in: one).map(\.name) == ["cccc"])
      let first = try #require(try await library.recordings(RecordingFilter(owner: "bob")).last)
      #expect(try await library.search("word7", in: RecordingFilter(owner: "bob", to: first.created)) == [])
    }
  }
}
