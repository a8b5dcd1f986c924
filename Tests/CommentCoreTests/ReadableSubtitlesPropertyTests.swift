import Testing

@testable import CommentCore

/// What holds for the subtitles of any transcript, tried on random ones.
struct ReadableSubtitlesPropertyTests {
  private static let words = [
    " Hello", " a", " of", ",", ".", " world.", " why?", " antidisestablishmentarianism", "日", "本", "語。", "きょうは、",
    " 안녕하세요", " สวัสดีครับผมชื่อ", " 👩\u{200D}👩\u{200D}👧", " -->", " e\u{301}", "\u{301}", "", " ", "\n", " \n x",
    "\u{3000}全角",
    " «", " oui", " »", " !", "...", " …", "。。。。。。", " “Quote”", " 12", "年", " <u>", " &", " \u{1C}", "'s", " שלום",
  ]

  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    }
  }

  private func transcript(_ random: inout Random) -> Transcript {
    var transcript = Transcript.make([])
    let isOdd = Int.random(in: 0..<5, using: &random) == 0
    var time = 0.0
    for id in 0..<Int.random(in: 0...12, using: &random) {
      let hasWords = Bool.random(using: &random)
      var words: [Word] = []
      for _ in 0..<Int.random(in: 0...25, using: &random) {
        time += [0, 0, 0.1, 0.4, 1.2, 8].randomElement(using: &random) ?? 0
        let start = isOdd ? Double.random(in: -10...200, using: &random) : time
        time += [0, 0.0004, 0.2, 0.4, 9].randomElement(using: &random) ?? 0
        words.append(
          Word(word: Self.words.randomElement(using: &random) ?? "", start: start, end: time, probability: 1))
      }
      transcript.segments.append(
        Segment(
          id: id, start: words.first?.start ?? time, end: time, text: words.map(\.word).joined(),
          words: hasWords ? words : nil))
    }
    transcript.duration = isOdd ? 60 : time + 1
    return transcript
  }

  private func letters(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { !PythonText.isSpace($0) }
  }

  @Test func subtitles_holdEverythingOnceInOrderAndInBounds() {
    var random = Random(state: 7)
    for number in 0..<400 {
      let transcript = transcript(&random)
      let cues = ReadableSubtitles(transcript).cues
      #expect(letters(cues.flatMap(\.lines).joined()) == letters(transcript.text), "transcript \(number)")
      let end = Int((transcript.duration * 1000).rounded())
      for (index, cue) in cues.enumerated() {
        #expect(cue.start >= 0 && cue.start < cue.end && cue.end <= end, "transcript \(number), cue \(index)")
        #expect(cue.end - cue.start <= 7000)
        if index > 0 { #expect(cues[index - 1].end <= cue.start, "transcript \(number), cue \(index)") }
        #expect((1...2).contains(cue.lines.count))
        for line in cue.lines {
          let columns = line.reduce(0) { $0 + $1.columns }
          #expect(
            columns <= 42 || !line.contains { $0.isWhitespace || $0.isUnspaced && $0.isLetter },
            "transcript \(number): \(line)")
          #expect(PythonText.strip(line) == line && !line.isEmpty)
        }
      }
    }
  }

  @Test func subtitles_ofFluentSpeech_areAsLongAsPeopleCanRead() {
    var random = Random(state: 11)
    var time = 0.0
    var words: [Word] = []
    for index in 0..<3000 {
      let letters = Int.random(in: 1...10, using: &random)
      let mark = index % 11 == 10 ? "." : index % 7 == 6 ? "," : ""
      let end = time + Double(letters + 1) * 0.06
      words.append(
        Word(
          word: (index % 11 == 0 ? " X" : " x") + String(repeating: "x", count: letters) + mark, start: time, end: end,
          probability: 1))
      time = end
    }
    var transcript = Transcript.make([words.map(\.word).joined()])
    transcript.duration = time
    transcript.segments[0].words = words
    let cues = ReadableSubtitles(transcript).cues
    #expect(cues.allSatisfy { (1000...7000).contains($0.end - $0.start) })
    #expect(cues.allSatisfy { $0.lines.allSatisfy { $0.count <= 42 } })
    let atSentences = cues.filter { $0.lines.last?.hasSuffix(".") == true }
    #expect(atSentences.count * 4 > 3000 / 11 * 3)
  }
}
