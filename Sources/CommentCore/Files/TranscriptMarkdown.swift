import Foundation

/// A transcript as a Markdown page for people: paragraphs, each with the time where it begins.
///
/// What was said is not trusted: Markdown and HTML in it show as they are written and do nothing.
struct TranscriptMarkdown {
  /// Seconds without speech that end a paragraph.
  static let pause = 2.0
  /// Seconds after which a paragraph ends with the next sentence.
  static let long = 60.0
  /// Seconds after which it ends in any case.
  static let longest = 90.0

  let title: String
  let transcript: Transcript

  var text: String {
    let heading = "# " + CommentsMarkdown.escaped(title)
    let language = Locale(identifier: "en").localizedString(forLanguageCode: transcript.language)
    let facts = [ClockText.of(transcript.duration), language ?? transcript.language]
    let body = paragraphs.map { paragraph in
      let speaker = paragraph[0].speaker.map { " \(CommentsMarkdown.escaped($0)):" } ?? ""
      return "**[\(ClockText.of(paragraph[0].start))]\(speaker)** "
        + CommentsMarkdown.escaped(SegmentText.joined(paragraph))
    }
    let blocks =
      [heading, CommentsMarkdown.escaped(facts.filter { !$0.isEmpty }.joined(separator: " · "))]
      + (body.isEmpty ? ["No speech was found."] : body)
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// The segments of each paragraph, none of them empty.
  private var paragraphs: [[Segment]] {
    transcript.segments.filter { !SegmentText.line($0).isEmpty }.reduce(into: []) { paragraphs, segment in
      if let paragraph = paragraphs.last, let first = paragraph.first, let last = paragraph.last,
        !Self.isApart(last, segment, start: first.start)
      {
        paragraphs[paragraphs.count - 1].append(segment)
      } else {
        paragraphs.append([segment])
      }
    }
  }

  private static func isApart(_ last: Segment, _ next: Segment, start: Double) -> Bool {
    if next.speaker != last.speaker || next.start - last.end > pause { return true }
    let length = next.start - start
    let endsSentence = SegmentText.line(last).last.map { ".!?…。！？؟।".contains($0) } ?? false
    return length >= (endsSentence ? long : longest)
  }
}
