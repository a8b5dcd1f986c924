import Testing

@testable import commentbot

/// What goes by on the terminal while a model writes its JSON.
@Suite struct WritingTextTests {
  private static let json =
    #"{"items": [{"quote":"a \"text\": b","segments":[1],"text":"Anna said \"yes\"\nand é."},{"quote":"c","text": "Then"#

  @Test(arguments: [1, 2, 3, 7, 1000])
  func text_isThatOfTheLastItem_inWhateverPiecesItComes(size: Int) {
    var writing = WritingText()
    var seen: [String] = []
    var rest = Self.json[...]
    while !rest.isEmpty {
      writing.append(String(rest.prefix(size)))
      rest = rest.dropFirst(size)
      if seen.last != writing.text { seen.append(writing.text) }
    }
    #expect(writing.text == "Then")
    if size == 1 { #expect(seen.contains("Anna said \"yes\" and é.")) }
  }

  @Test func withoutItems_thereIsNothingToShow() {
    var writing = WritingText()
    writing.append(#"{"items": []}"#)
    #expect(writing.text.isEmpty)
  }
}
