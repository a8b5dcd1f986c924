import Foundation

/// The comments on a recording as a Markdown page for people.
///
/// Comments repeat what was said in a recording, so their text is not trusted: Markdown and HTML in it show as they
/// are written and do nothing.
struct CommentsMarkdown {
  let recording: Recording
  let comments: [Comment]
  /// A remark for the end in Markdown, such as that the model is weak and how to get a better one.
  let note: String?

  var text: String {
    var blocks = ["# " + Self.escaped(recording.title)]
    for comment in comments {
      blocks.append("## " + Self.escaped(comment.title))
      if comment.method == .extractive, !comment.items.isEmpty {
        blocks.append("*Said in the recording, word for word.*")
      }
      let isText = comment.layout == .text
      let items = comment.items.map { line($0, comment.layout) }
      if items.isEmpty {
        blocks.append("Nothing found.")
      } else if isText {
        blocks += items
      } else {
        blocks.append(items.map { "- " + $0 }.joined(separator: "\n"))
      }
    }
    blocks.append("---")
    blocks += Comment.authors(of: comments).map(Self.escaped)
    if let note { blocks.append("Note: " + note) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func line(_ item: CommentItem, _ layout: CommentLayout) -> String {
    let times = item.citations.map(link)
    var line = Self.escaped(item.text + item.detailText)
    if layout == .timeline {
      line = ((times.first.map { [$0] } ?? []) + [line]).joined(separator: " ")
    } else if !times.isEmpty {
      line += " " + times.joined(separator: " ")
    }
    if let quote = item.quote, !quote.isEmpty, quote != item.text {
      line += "\n\(layout == .text ? "\n" : "  ")> " + Self.escaped(quote)
    }
    return line
  }

  /// The time, linked to that place of the recording by a W3C media fragment, which browsers play from.
  private func link(_ citation: Citation) -> String {
    let time = "[\(ClockText.of(citation.start))]"
    let file = URL(filePath: recording.path)
    // An upload lies under its hash: that is no place for people, nor on their machine.
    guard recording.path.hasPrefix("/"), !file.lastPathComponent.hasPrefix(recording.sha256) else { return time }
    return time + "(<\(file.absoluteString)#t=\(Int(citation.start))>)"
  }

  /// The text in one line with everything escaped that Markdown or HTML could act on.
  static func escaped(_ text: String) -> String {
    let scalars = Array(CommentaryText.cleaned(text).unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      // The last two would make links of addresses that somebody has said.
      let isAddress = scalar == ":" && scalars.dropFirst(index + 1).starts(with: ["/", "/"])
      let isHost = scalar == "." && result.lowercased().hasSuffix("www")
      if isAddress || isHost || #"\`*_[]<>&~|$@"#.unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    // Only the start of a line can be a heading, a list or a rule.
    if let first = result.first, "#+-=".contains(first) { return "\\" + result }
    let digits = result.prefix { ("0"..."9").contains($0) }
    if !digits.isEmpty, let mark = result.dropFirst(digits.count).first, ".)".contains(mark) {
      return digits + "\\" + result.dropFirst(digits.count)
    }
    return result
  }
}
