import Foundation
import GRDB
import Testing

@testable import CommentCore

struct SearchTests {
  private static let texts = [
    " The quick brown fox.", " Jumps over the lazy dog, don't worry.", " Un café à Montréal.", " 東京都に行きました。",
    " C++ and C# at 3:30.", " The brown quick bear.", " สวัสดีชาวโลก",
  ]

  @Test(arguments: [
    ("fox", [0]), ("FOX", [0]), ("quick brown", [0, 5]), ("\"quick brown\"", [0]), ("“quick brown”", [0]),
    ("qui* bea*", [5]), ("cafe", [2]), ("MONTRÉAL", [2]), ("don't", [1]), ("3:30", [4]), ("東京", [3]), ("行き", [3]),
    ("ชาว", [6]), ("quick 東京", []), ("fox bear", []), ("fox - !", [0]), ("\"quick brown", [0]), ("fox AND bear", []),
  ])
  func search_finds(words: String, expected: [Int]) async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(Self.texts), of: .make(), folder: "f")
      #expect(try await library.search(words).map(\.segment).sorted() == expected)
    }
  }

  @Test(arguments: ["", "  ", "*", "\"", "\"\"", "- ! ?", "\0", "'", "()", "🦊"])
  func search_withoutWords_isRefused(words: String) async throws {
    try await withLibrary { library in
      let error = await #expect(throws: CommentBotError.self) { try await library.search(words) }
      #expect(error?.code == .usage && error?.cause == "there is no word in it")
    }
  }

  @Test func search_marksTheWordsAndSaysWhere() async throws {
    try await withLibrary { library in
      var transcript = Transcript.make(Self.texts)
      transcript.segments[1].speaker = "B"
      try await library.saveTranscript(transcript, of: .make(), folder: "f")
      let hit = try #require(try await library.search("lazy").first)
      #expect(
        hit
          == SearchHit(
            recording: Recording.make().sha256, name: "talk", segment: 1, start: 2.5, end: 4.9, speaker: "B",
            snippet: [
              .init(" Jumps over the ", isMatch: false), .init("lazy", isMatch: true),
              .init(" dog, don't worry.", isMatch: false),
            ]))
      let chinese = try #require(try await library.search("京都").first)
      #expect(chinese.snippet.map(\.text) == [" 東", "京都", "に行きました。"])
      #expect(chinese.snippet.map(\.isMatch) == [false, true, false])
    }
  }

  @Test func search_looksOnlyAtTheNewestTranscript() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make([" old words"], key: "a"), of: .make(), folder: "f")
      try await library.saveTranscript(.make([" new words"], key: "b"), of: .make(), folder: "f")
      #expect(try await library.search("words").count == 1)
      #expect(try await library.search("old") == [])
    }
  }

  @Test func search_fewHits_areRankedByHowWellTheyFit() async throws {
    try await withLibrary { library in
      let texts = [" zebra " + String(repeating: "and so on ", count: 20), " zebra zebra", " nothing"]
      try await library.saveTranscript(.make(texts), of: .make(), folder: "f")
      #expect(try await library.search("zebra").map(\.segment) == [1, 0])
    }
  }

  @Test func search_manyHits_areTheNewestFirstInTheOrderOfTime() async throws {
    try await withLibrary { library in
      for (digits, name) in [("aaaa", "old"), ("bbbb", "new")] {
        let texts = (0..<800).map { " common word\($0)" }
        try await library.saveTranscript(.make(texts, key: name), of: .make(digits, name: name), folder: name)
      }
      let hits = try await library.search("common", limit: 3)
      #expect(hits.map(\.name) == ["new", "new", "new"])
      #expect(hits.map(\.segment) == [0, 1, 2])
      let later = try await library.search("common", limit: 2, offset: 799)
      #expect(later.map(\.name) == ["new", "old"])
      #expect(later.map(\.segment) == [799, 0])
    }
  }

  @Test func search_anythingTyped_isNoSyntaxError() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(Self.texts), of: .make(), folder: "f")
      let pieces = [
        "fox", "AND", "OR", "NOT", "NEAR(", ")", "(", "\"", "*", "^", ":", "text:", "-", "+", "{", "}", ",", "'", ";",
        "\0",
        " ", "\n", "\\", "%", "\u{1}", "東", "é", "\u{301}", "“", "”", "--", "/*", "🦊", "\u{FFFF}",
      ]
      var random = SeededGenerator(state: 7)
      for _ in 0..<1500 {
        let words = (0..<Int.random(in: 1...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        do {
          _ = try await library.search(words.joined())
        } catch let error as CommentBotError where error.code == .usage {
          // Without a word in it.
        }
      }
    }
  }

  @Test func index_followsEveryChangeOfTheSegments() async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(Self.texts, key: "a"), of: .make("aaaa"), folder: "f")
      try await library.saveTranscript(.make([" other"], key: "b"), of: .make("bbbb"), folder: "g")
      try await library.write { try $0.execute(sql: "UPDATE segments SET text = ' changed' WHERE position = 2") }
      _ = try await library.delete(recording: Recording.make("bbbb").sha256)
      #expect(try await library.search("cafe") == [])
      #expect(try await library.search("changed").map(\.segment) == [2])
      // FTS5 itself compares the index with the segments and fails when they differ.
      try await library.write { db in
        try db.execute(sql: "INSERT INTO segments_fts (segments_fts, rank) VALUES ('integrity-check', 1)")
      }
    }
  }

  @Test func query_isQuoted() {
    #expect(SearchQuery("a \"b c\" d* OR").match == #""a" "b c" "d" * "OR""#)
    #expect(SearchQuery("x 日本 y").substrings == ["日本"])
    #expect(SearchQuery("x 日本 y").match == #""x" "y""#)
    #expect(SearchQuery("!").match == nil)
  }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 33)
  }
}
