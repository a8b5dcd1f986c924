import CommentCore
import Testing

@testable import Whisper

@Test(arguments: ["[BLANK_AUDIO]", " (music)", "♪ la la ♪", "♪♪", " [Music] [Applause]", "...", "", " *coughs*"])
func nonSpeech_isRecognised(text: String) {
  #expect(NonSpeechText.reason(text) == .nonSpeechToken)
}

@Test(arguments: [" Hello.", " (laughs) I see", " 42", "こんにちは", " ¿Qué?", "[never closed"])
func speech_isKept(text: String) {
  #expect(NonSpeechText.reason(text) == nil)
}

@Test(arguments: [
  (" Yes [laughs] I see.", " Yes I see.", [" [laughs]"]), (" (laughs) I see", " I see", [" (laughs)"]),
  (" So *clears throat* no [BLANK_AUDIO]", " So no", [" *clears throat*", " [BLANK_AUDIO]"]),
  (" Call (555) 123, 2 * 3 * 4.", " Call (555) 123, 2 * 3 * 4.", []), ("【音楽】はい", "はい", ["【音楽】"]),
  (" Yes (laughs). The (WHO) says", " Yes The (WHO) says", [" (laughs)."]),
  (" One (as he said to me then) two", " One (as he said to me then) two", []),
  (" (Music) Hello", " Hello", [" (Music)"]), (" (APPLAUSE) Hello", " Hello", [" (APPLAUSE)"]),
  ("（音楽）はい", "はい", ["（音楽）"]), (" ♪ la la ♪ Hello", " Hello", [" ♪ la la ♪"]),
  (" (the audience laughs loudly) So", " So", [" (the audience laughs loudly)"]),
  (" a queue (or a stack) here", " a queue (or a stack) here", []), (" *very* good", " *very* good", []),
  (" Hello[laughs] there", " Hello there", ["[laughs]"]),
])
func sounds_withinSpeech_areTakenOut(text: String, speech: String, sounds: [String]) {
  let words = text.split(separator: " ").map { Word(word: " \($0)", start: 0, end: 1, probability: 1) }
  var segment = Segment(id: 0, start: 10, end: 20, text: text, words: words)
  let dropped = segment.removeSounds()
  #expect(segment.text == speech)
  #expect(dropped.map(\.text) == sounds)
  #expect(dropped.allSatisfy { $0.reason == .nonSpeechToken && 10 <= $0.start && $0.start < $0.end && $0.end <= 20 })
  if text.hasPrefix(" ") { #expect(segment.words?.map(\.word).joined() == speech) }
}

@Test func segment_withoutItsSounds_beginsAndEndsWithSpeech() {
  let words = [
    Word(word: " (music)", start: 10, end: 14, probability: 1),
    Word(word: " Hello", start: 14, end: 15, probability: 1),
    Word(word: " [coughs]", start: 16, end: 17, probability: 1),
  ]
  var segment = Segment(id: 0, start: 10, end: 17, text: " (music) Hello [coughs]", words: words)
  _ = segment.removeSounds()
  #expect(segment.text == " Hello" && segment.start == 14 && segment.end == 15)
  var plain = Segment(id: 0, start: 0, end: 14, text: " (music) Hello")
  _ = plain.removeSounds()
  #expect(plain.start == 8 && plain.end == 14)
}

@Test func compressionRatio_isThatOfZlib() {
  // len(b) / len(zlib.compress(b)) in Python.
  #expect(abs(String(repeating: "no ", count: 100).compressionRatio - 300.0 / 15) < 1e-9)
  #expect("".compressionRatio == 0)
  #expect(String(repeating: "Thank you. ", count: 20).compressionRatio > 2.4)
  #expect("A sentence that says something new with every word of it.".compressionRatio < 2.4)
}

@Test func loop_isFewTokensAgainAndAgain() {
  let sentence: [Int] = [50364, 1044, 291, 13, 50464]
  #expect(Array(repeatElement(sentence, count: 8).joined()).endsInLoop)
  #expect(!Array(repeatElement(sentence, count: 6).joined()).endsInLoop, "too short to tell")
  #expect(!(0..<64).map { $0 }.endsInLoop)
  // Ten different tokens have at most 2.3 nats, twelve in equal shares 2.5.
  #expect((0..<40).map { $0 % 10 }.endsInLoop)
  #expect(!(0..<36).map { $0 % 12 }.endsInLoop)
}

@Test func chunk_ofAWordSaidFiveTimes_isHeardAgainAndIsNoLoop() {
  func chunk(_ words: Int) -> HeardChunk {
    let text = String(repeating: " no", count: words)
    return HeardChunk(segments: [], noSpeechProb: 0, text: text, temperature: 0, avgLogprob: 0)
  }
  let options = TranscriptionOptions()
  #expect(chunk(5).repeatsItself(options) && !chunk(5).loops(options))
  #expect(!chunk(4).repeatsItself(options))
  #expect(chunk(20).loops(options))
}

@Test func chunk_runsOverWhereNobodyCouldSayAllThat() {
  func runsOver(_ start: Int, _ text: String) -> Bool {
    let segment = HeardChunk.Segment(start: start, end: start + 300, text: text, tokens: [], avgLogprob: 0, timed: [])
    return HeardChunk(segments: [segment], noSpeechProb: 0, text: text, temperature: 0, avgLogprob: 0).runsOver(1000)
  }
  #expect(runsOver(970, " Press two to kick all users."))
  #expect(runsOver(1010, " you"))
  #expect(!runsOver(970, " Goodbye."))
  #expect(!runsOver(700, " Press two to kick all users."))
}

private func token(_ text: String, _ start: Int, _ end: Int) -> HeardToken {
  HeardToken(bytes: Array(text.utf8), start: start, end: end, probability: 0.5, logprob: -0.7)
}

@Test func words_beginAtSpacesAndEndBeforeTheirPunctuation() {
  let grouping = WordGrouping(language: "en")
  let words = grouping.groups([
    token(" Pl", 0, 10), token("ease", 10, 30), token(" hold", 30, 60), token(".", 60, 170), token(" $", 170, 180),
  ])
  #expect(words.map(grouping.text) == [" Please", " hold.", " $"])
  #expect(words.map { grouping.span($0).start } == [0, 30, 170])
  #expect(words.map { grouping.span($0).end } == [30, 60, 180])
}

@Test func words_keepCharactersThatAreSplitOverTokens() {
  let bytes = Array("語日。".utf8)
  let tokens = [0..<2, 2..<3, 3..<6, 6..<9].map { range in
    HeardToken(bytes: Array(bytes[range]), start: 0, end: 1, probability: 1, logprob: 0)
  }
  let grouping = WordGrouping(language: "ja")
  #expect(grouping.groups(tokens).map(grouping.text) == ["語", "日。"])
}

@Test func voters_areSpreadOverTheRecording() {
  #expect(LanguageVoters.indices(of: 1) == [0])
  #expect(LanguageVoters.indices(of: 2) == [1])
  #expect(LanguageVoters.indices(of: 3) == [0, 2])
  #expect(LanguageVoters.indices(of: 9) == [0, 2, 4, 6, 8])
  #expect(LanguageVoters.indices(of: 1000) == [100, 300, 500, 700, 900])
}
