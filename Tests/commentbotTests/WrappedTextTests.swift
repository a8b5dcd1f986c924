import Testing

@testable import commentbot

struct WrappedTextTests {
  private static let line = "  • “In order for this test to work, you will need to be connected.”  [00:50] [00:57]"

  @Test func line_isBrokenBetweenWords_belowItsFirst() {
    #expect(
      WrappedText.wrapped(Self.line, to: 44) == """
          • “In order for this test to work, you
            will need to be connected.”  [00:50]
            [00:57]
        """)
    #expect(WrappedText.wrapped("[00:50] " + Self.line.dropFirst(4), to: 50).contains("\n        need to be"))
    #expect(WrappedText.wrapped("Comments: " + Self.line.dropFirst(4), to: 50).contains("you\nwill need"))
  }

  @Test func line_thatFits_orHasNoPlaceToBreak_staysAsItIs() {
    #expect(WrappedText.wrapped(Self.line, to: 200) == Self.line)
    #expect(WrappedText.wrapped(Self.line, to: 10) == Self.line)
    let unbroken = String(repeating: "语", count: 90)
    #expect(WrappedText.wrapped(unbroken, to: 80) == unbroken)
    #expect(WrappedText.wrapped("", to: 80) == "")
  }

  @Test(arguments: [41, 50, 60, 79]) func noWord_isLost_andNoLineIsTooWide(width: Int) {
    let text = WrappedText.wrapped(Self.line, to: width)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    #expect(text.split(whereSeparator: \.isWhitespace) == Self.line.split(whereSeparator: \.isWhitespace))
  }
}
