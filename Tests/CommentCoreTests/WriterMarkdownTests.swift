import Foundation
import Testing

@testable import CommentCore

struct WriterMarkdownTests {
  @Test func page_hasHeadingsTimesQuotesAndAuthors() {
    var points = Comment.make("key-points")
    points.items = [
      CommentItem(
        text: "First point.",
        citations: [Citation(segment: 1, start: 61.9, end: 63), Citation(segment: 9, start: 3725, end: 3730)]),
      CommentItem(text: "Second point.", quote: "as he said"),
      CommentItem(text: "Word for word.", quote: "Word for word."),
    ]
    points.coverage = 0.996
    let page = CommentsMarkdown(
      recording: .make(tags: ["title": "My talk"]), comments: [.make("summary"), points], note: "The model is small."
    ).text
    #expect(
      page == """
        # My talk

        ## Summary

        All is well. [00:00]

        > Hello

        ## Key points

        - First point. [01:01] [1:02:05]
        - Second point.
          > as he said
        - Word for word.

        ---

        Comments by qwen (ollama), 99 % of the transcript read.

        Note: The model is small.

        """)
  }

  @Test func page_ofSeveralModels_saysWhoWroteWhat() {
    var points = Comment.make("key-points")
    points.model = "gemma"
    points.items = []
    let page = CommentsMarkdown(recording: .make(), comments: [.make("summary"), points], note: nil).text
    #expect(page.hasPrefix("# talk\n"))
    #expect(page.contains("## Key points\n\nNothing found.\n"))
    let authors = ["Key points by gemma (ollama)", "Summary by qwen (ollama)"]
    #expect(page.hasSuffix(authors.map { "\n\n\($0), 100 % of the transcript read." }.joined() + "\n"))
  }

  @Test(arguments: [
    ("# no heading", ##"\# no heading"##), ("- no item", #"\- no item"#), ("1. no item", #"1\. no item"#),
    ("a\n\n# b", "a # b"), ("<script>x</script>", #"\<script\>x\</script\>"#), ("![x](http://y)", #"!\[x\](http://y)"#),
    ("*b* _i_ `c` ~s~ a|b &lt;", #"\*b\* \_i\_ \`c\` \~s\~ a\|b \&lt;"#), ("\\*", #"\\\*"#), ("    code", "code"),
    ("=== \t x\u{0}y", #"\=== x y"#), ("> q", #"\> q"#), ("1) x", #"1\) x"#), ("3.14 is pi", #"3\.14 is pi"#),
    ("well-known (fact).", "well-known (fact)."), ("日本 👩‍👧", "日本 👩‍👧"),
  ])
  func text_showsAsItIsWritten(text: String, expected: String) {
    #expect(CommentsMarkdown.escaped(text) == expected)
  }

  @Test func clock_isCutNotRounded() {
    #expect(
      [0, 59.999, 60, 3599.9, 3600, -5, .nan].map(ClockText.of) == [
        "00:00", "00:59", "01:00", "59:59", "1:00:00", "00:00", "00:00",
      ])
  }
}
