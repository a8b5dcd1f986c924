import Testing

@testable import CommentCore

@Suite struct CommentaryReplyTests {
  private func items(_ answer: String, isCut: Bool = false) throws -> [CommentaryReply.Item] {
    try CommentaryReply(parsing: answer, isCut: isCut).items
  }

  @Test func reply_isReadWhateverStandsAroundTheJSON() throws {
    let json = #"{"items":[{"segments":[1,2],"text":"A {brace} and \"quotes\""}]}"#
    let expected = [CommentaryReply.Item(segments: [1, 2], text: #"A {brace} and "quotes""#)]
    #expect(try items(json) == expected)
    #expect(try items("\n<think>{\"items\": no}\n</think>\n\n\(json)") == expected)
    #expect(try items("Sure!\n```json\n\(json)\n```\n") == expected)
  }

  @Test func reply_oddItemsAndNumbers_areLeftOutOneByOne() throws {
    let json = """
      {"items":[{"segments":["3","[4]",99999999999999999999,null,5.5,-1],"text":"a"},{"segments":[1]},7,
      {"text":"b"},{"segments":2,"text":"c"}]}
      """
    #expect(
      try items(json) == [
        .init(segments: [3, 4, -1], text: "a"), .init(segments: [], text: "b"), .init(segments: [], text: "c"),
      ])
  }

  @Test func reply_cut_keepsTheWholeItems() throws {
    let first = #"{"items":[{"segments":[1],"text":"say ]} and \\"}"#
    let expected = [CommentaryReply.Item(segments: [1], text: #"say ]} and \"#)]
    #expect(try items(first, isCut: true) == expected)
    #expect(try items(first + #",{"segments":[2],"text":"half } of"#, isCut: true) == expected)
    #expect(try items(first + "]}", isCut: true) == expected)
  }

  @Test(arguments: ["", "{", #"{"items":["#, #"{"items":[{"segments":[1],"text":"half"#, "<think>on and on"])
  func reply_cutBeforeTheFirstItemEnds_isTooLong(answer: String) {
    #expect(throws: CommentaryReply.Unusable.tooLong) { try items(answer, isCut: true) }
  }

  @Test func reply_withoutTheForm_saysWhy() {
    #expect(throws: CommentaryReply.Unusable.noObject) { try items("I am sorry, but") }
    #expect(throws: CommentaryReply.Unusable.malformed) { try items(#"{"items":[{"segments":[1],"text":"half"#) }
    #expect(throws: CommentaryReply.Unusable.malformed) { try items(#"{"summary":"other form"}"#) }
  }

  @Test func cleaned_isOneLineWithoutControls() {
    #expect(CommentaryText.cleaned(" a\u{1B}[31m\tb\r\n\u{2028}c\u{0}") == "a [31m b c")
    #expect(CommentaryText.cleaned("abc\u{202E}def\u{FEFF}") == "abcdef")
    #expect(CommentaryText.cleaned("👩‍👩‍👧 می‌خواهم 你好") == "👩‍👩‍👧 می‌خواهم 你好")
    #expect(CommentaryText.cleaned("\u{7}\n ") == "")
  }
}
