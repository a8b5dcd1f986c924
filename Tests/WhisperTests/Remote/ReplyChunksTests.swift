import CommentCore
import Foundation
import Testing

@testable import Whisper

/// What OpenAI answers: words without punctuation, apart from the segments.
@Suite struct ReplyChunksTests {
  private func chunks(_ texts: [String], words: [(String, Double, Double)]) throws -> [HeardChunk] {
    let segments = texts.enumerated().map { index, text in
      #"{"text":"\#(text)","start":\#(index * 5),"end":\#(index * 5 + 5)}"#
    }
    let spoken = words.map { #"{"word":"\#($0.0)","start":\#($0.1),"end":\#($0.2)}"# }
    let json = #"{"segments":[\#(segments.joined(separator: ","))],"words":[\#(spoken.joined(separator: ","))]}"#
    let reply = try SpeechReply(Data(json.utf8), from: ServiceAddress("http://localhost:9"))
    let window = AudioWindow(range: 0..<160_000, pieces: [0..<160_000])
    let request = WindowRequest(of: window, options: TranscriptionOptions(), language: "en", after: nil)
    return ReplyChunks(request: request, latest: 1000).chunks(try #require(reply.segments), words: reply.words)
  }

  @Test func words_getTheSpacesAndThePunctuationOfTheText() throws {
    let heard = try chunks(
      [" Hello, and bye.", " \u{201E}Really?\u{201C} - Yes."],
      words: [
        ("Hello", 0, 1), ("and", 1, 2), ("bye", 2, 3), ("Really", 5, 6), ("Yes", 7, 8),
      ])
    let timed = heard.flatMap(\.segments).map(\.timed)
    let grouping = WordGrouping(language: "en")
    #expect(timed[0].map { String(decoding: $0.bytes, as: UTF8.self) } == [" Hello,", " and", " bye."])
    #expect(grouping.groups(timed[0]).map(grouping.text) == [" Hello,", " and", " bye."])
    #expect(timed[1].flatMap(\.bytes) == Array(" \u{201E}Really?\u{201C} - Yes.".utf8))
    #expect(grouping.groups(timed[1]).map(grouping.text) == [" \u{201E}Really?\u{201C}", " - Yes."])
  }

  @Test func words_thatAreNotInTheText_standBesideIt() throws {
    let heard = try chunks([" It costs 5 dollars."], words: [("It", 0, 1), ("costs", 1, 2), ("five", 2, 3)])
    let words = heard[0].segments[0].timed.map { String(decoding: $0.bytes, as: UTF8.self) }
    #expect(words == [" It", " costs", " five"])
  }
}
