import CommentCore
import Foundation

/// What `process` and `show` print for a person.
struct ProcessText {
  var recording: Recording
  var folder: String
  var transcript: Transcript
  var comments: [Comment]
  /// Whether what is not proven is shown too, marked.
  var showsUnproven = false

  var text: String {
    var lines = [heading, ""]
    if comments.isEmpty { lines += transcriptLines + [""] }
    for comment in comments { lines += self.lines(of: comment) + [""] }
    if !comments.isEmpty {
      lines += Comment.authors(of: comments).map(Console.safe)
      if let note = Comment.note(on: comments) { lines.append(note) }
      lines.append("")
    }
    // A path is copied whole.
    return (WrappedText.forTerminal(lines) + [files]).joined(separator: "\n")
  }

  private var files: String {
    let isOwn = ResultFolder.name(of: recording) == URL(filePath: folder).lastPathComponent
    return "Files: \(folder)" + (isOwn ? "" : "    (under the name that the recording had first)")
  }

  var transcriptLines: [String] {
    if !transcript.hasSpeech { return ["(no speech)"] }
    return transcript.segments.map { segment in
      "[\(ClockText.of(segment.start))] \(Console.safe(segment.spokenLine))"
    }
  }

  /// Name, length, language and id on one line.
  var heading: String {
    let sure = transcript.languageProbability.map { " (\(Int(($0 * 100).rounded())) %)" } ?? ""
    // Where people change between languages, in the order in which they are first spoken.
    let others = transcript.segments.compactMap(\.language).filter { $0 != transcript.language }
    let also = others.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return [
      Console.safe(recording.name), ClockText.of(recording.facts.duration),
      ([Self.name(of: transcript.language) + sure] + also.map(Self.name)).joined(separator: ", "),
      CountText.of(transcript.segments.count, "segment"), "id \(recording.id)",
    ].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  private static func name(of language: String) -> String {
    Locale(identifier: "en").localizedString(forLanguageCode: language) ?? language
  }

  private func lines(of comment: Comment) -> [String] {
    let items = comment.items.flatMap { Self.lines(of: $0, mark: "•", isTimeline: comment.layout == .timeline) }
    let unproven =
      showsUnproven
      ? comment.unproven.flatMap { Self.lines(of: $0, mark: "? not proven:", isTimeline: false) } : []
    // Sentences of the recording are chosen from all of it, however much a model has read before.
    let isPart = comment.method == .model && comment.coverage < 1
    let gap = isPart ? " (from \(Int(comment.coverage * 100)) % of the transcript)" : ""
    let method = comment.method == .extractive ? " (from the recording, without a language model)" : ""
    return [Console.safe(comment.title) + method + gap] + (items.isEmpty ? ["  (nothing)"] : items) + unproven
  }

  private static func lines(of item: CommentItem, mark: String, isTimeline: Bool) -> [String] {
    let times = item.citations.map { "[\(ClockText.of($0.start))]" }
    guard isTimeline else { return item.lines(mark: "  \(mark)", places: times) }
    return ["  \(mark) " + (times.prefix(1) + [Console.safe(item.text + item.detailText)]).joined(separator: " ")]
  }
}

extension CommentItem {
  /// The statement with its details and places, and, where it is in other words than what was said, the quote below it.
  func lines(mark: String, places: [String]) -> [String] {
    let isQuote = quote == text
    let statement = Console.safe((isQuote ? "“\(text)”" : text) + detailText)
    let first = "\(mark) \(statement)" + (places.isEmpty ? "" : "  \(places.joined(separator: " "))")
    guard let quote, !quote.isEmpty, !isQuote else { return [first] }
    return [first, "    “\(Console.safe(quote))”"]
  }
}
