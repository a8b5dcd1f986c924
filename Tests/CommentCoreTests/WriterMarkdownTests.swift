import Foundation
import Testing

@testable import CommentCore

struct WriterMarkdownTests {
  @Test func upload_whichLiesUnderItsHash_isNotLinkedTo() {
    var recording = Recording.make()
    recording.path = "/home/data/inbox/ab/\(recording.sha256).mp3"
    let page = CommentsMarkdown(recording: recording, comments: [.make("summary")], note: nil).text
    #expect(page.contains("All is well. [00:00]\n") && !page.contains("inbox"))
  }

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
    points.unproven = [CommentItem(text: "Nobody said that.")]
    var chapters = Comment.make("chapters")
    chapters.title = "Chapters"
    chapters.layout = .timeline
    chapters.items = [
      CommentItem(
        text: "The plan", details: ["who": "Anna", "due_date": "Friday"],
        citations: [Citation(segment: 2, start: 65, end: 70), Citation(segment: 3, start: 70, end: 75)])
    ]
    var extract = Comment.make("quotes")
    (extract.title, extract.method) = ("Quotes", .extractive)
    extract.items = [CommentItem(text: "That is it.", quote: "That is it.")]
    let comments = [.make("summary"), points, chapters, extract]
    let page = CommentsMarkdown(
      recording: .make(tags: ["title": "My talk"]), comments: comments, note: "The model is small."
    ).text
    #expect(
      page == """
        # My talk

        ## Summary

        All is well. [00:00](<file:///in/talk.mp3#t=0>)

        > Hello

        ## Key points

        - First point. [01:01](<file:///in/talk.mp3#t=61>) [1:02:05](<file:///in/talk.mp3#t=3725>)
        - Second point.
          > as he said
        - Word for word.

        ## Chapters

        - [01:05](<file:///in/talk.mp3#t=65>) The plan (due date: Friday; who: Anna)

        ## Quotes

        *Said in the recording, word for word.*

        - That is it.

        ---

        Quotes: sentences and words of the recording, chosen without a language model.

        Summary, Key points, Chapters by qwen (ollama), 99 % of the transcript read, 1 left out because its quote was not said.

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
    ("a\n\n# b", "a # b"), ("<script>x</script>", #"\<script\>x\</script\>"#),
    ("![x](http://y)", #"!\[x\](http\://y)"#),
    ("*b* _i_ `c` ~s~ a|b &lt;", #"\*b\* \_i\_ \`c\` \~s\~ a\|b \&lt;"#), ("\\*", #"\\\*"#), ("    code", "code"),
    ("=== \t x\u{0}y", #"\=== x y"#), ("> q", #"\> q"#), ("1) x", #"1\) x"#), ("3.14 is pi", #"3\.14 is pi"#),
    ("HTTP://x.example and ftp://y", #"HTTP\://x.example and ftp\://y"#), ("a\u{202E}b", "ab"),
    ("at 5: yes", "at 5: yes"),
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
