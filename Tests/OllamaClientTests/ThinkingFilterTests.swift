import Testing

@testable import OllamaClient

@Suite struct ThinkingFilterTests {
  @Test(arguments: [
    ("plain", "plain"), (" \n<think>hm </think>\n\nanswer", "answer"), ("<think></think>x", "x"),
    ("<thing>", "<thing>"), ("<th", "<th"), ("a<think>b</think>", "a<think>b</think>"), ("<think>never ends", ""),
    ("", ""), ("{\"a\":1}", "{\"a\":1}"),
    (" \n ", ""), ("\n x y", "x y"), ("<think>a < b, </thin, </think>c", "c"),
  ])
  func filter_removesALeadingThought_whereverTheTextIsCut(_ text: String, _ expected: String) {
    for position in 0...text.count {
      var filter = ThinkingFilter()
      var result = filter.append(String(text.prefix(position)))
      result += filter.append(String(text.dropFirst(position)))
      #expect(result + filter.finish() == expected)
    }
  }
}
