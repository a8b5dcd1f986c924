import ArgumentParser
import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// openai-whisper's options on the command line.
struct TranscriptionFlagsTests {
  private func options(_ arguments: String...) throws -> TranscriptionOptions {
    try TranscriptionFlags.parse(arguments).options()
  }

  @Test(arguments: ["--clip_timestamps", "--clip-timestamps"])
  func clips_wellFormed_areTimes(flag: String) throws {
    #expect(try options(flag, "0,1.5, 1.5,4").clipTimestamps == [0, 1.5, 1.5, 4])
    #expect(try options(flag, "2,3,60").clipTimestamps == [2, 3, 60])
    #expect(try options(flag, "0").clipTimestamps == nil)
  }

  @Test(arguments: ["", "a", "1,,2", "3,2", "2,2", "0,5,4,6", "inf", "1;2"])
  func clips_malformed_areRefused(list: String) async {
    #expect(await errorCode { _ = try options("--clip_timestamps", list) } == .usage)
  }

  @Test(arguments: ["--hallucination_silence_threshold", "--hallucination-silence-threshold"])
  func silenceThreshold_withVoiceActivity_changesNothing(flag: String) throws {
    #expect(try options(flag, "2") == TranscriptionOptions())
    #expect(try options(flag, "2", "--vad_filter", "False").hallucinationSilenceThreshold == 2)
  }

  @Test func glossary_joinsItsTermsAfterTheHotwords() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "glossary-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    try "# people\nSiobhan Nguyen\n\n  Łódź \r\nPBX\n".write(to: file, atomically: true, encoding: .utf8)
    #expect(try options("--glossary", file.path).hotwords == " Siobhan Nguyen, Łódź, PBX")
    #expect(
      try options("--hotwords", "Asterisk", "--glossary", file.path).hotwords == " Asterisk, Siobhan Nguyen, Łódź, PBX")
  }

  @Test func glossary_thatIsNotThere_isRefused() throws {
    #expect {
      try options("--glossary", "/nowhere/names.txt")
    } throws: {
      ($0 as? CommentBotError)?.code == .inputMissing
    }
  }

  @Test func hotwords_empty_areNone() throws {
    #expect(try options("--hotwords", " Katarzyna ").hotwords == " Katarzyna")
    #expect(try options("--hotwords", " ") == TranscriptionOptions())
  }

  @Test func engineFlags_thatChangeNothing_areTaken() throws {
    let taken = try options("--device", "CPU", "--patience", "1.0", "--verbose", "False", "--fp16", "True")
    #expect(taken == TranscriptionOptions())
    #expect(!TranscriptionFlags.helpMessage().contains("fp16"))
  }

  @Test(arguments: [["--device", "cuda"], ["--patience", "2"]])
  func engineFlags_thatCannotBeDone_areRefused(arguments: [String]) async {
    #expect(await errorCode { _ = try TranscriptionFlags.parse(arguments).options() } == .usage)
  }

  @Test func logprobThreshold_isNegative() throws {
    #expect(try options("--logprob_threshold", "-0.5").logprobThreshold == -0.5)
  }
}
