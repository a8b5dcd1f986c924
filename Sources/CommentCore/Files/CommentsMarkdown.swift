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
      blocks.append("## " + Self.escaped(Self.heading(comment.kind)))
      // A summary is a text, every other kind a list.
      let isText = comment.kind == "summary"
      let items = comment.items.map { Self.line($0, indent: isText ? "" : "  ") }
      if items.isEmpty {
        blocks.append("Nothing found.")
      } else if isText {
        blocks += items
      } else {
        blocks.append(items.map { "- " + $0 }.joined(separator: "\n"))
      }
    }
    blocks.append("---")
    blocks += authors
    if let note { blocks.append("Note: " + note) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// One line a model, with the kinds that it wrote when there are several models.
  private var authors: [String] {
    let groups = Dictionary(grouping: comments) { "\($0.model) (\($0.engine))" }
    return groups.keys.sorted().map { author in
      let kinds = groups[author, default: []]
      let coverage = kinds.map(\.coverage).min() ?? 0
      let subject = groups.count > 1 ? kinds.map { Self.heading($0.kind) }.joined(separator: ", ") : "Comments"
      let share = "\(Int((coverage * 100).rounded(.down))) % of the transcript read"
      return Self.escaped("\(subject) by \(author), \(share).")
    }
  }

  private static func line(_ item: CommentItem, indent: String) -> String {
    var line = escaped(item.text)
    if !item.citations.isEmpty {
      line += " " + item.citations.map { "[\(ClockText.of($0.start))]" }.joined(separator: " ")
    }
    if let quote = item.quote, !quote.isEmpty, quote != item.text {
      line += "\n\(indent.isEmpty ? "\n" : indent)> " + escaped(quote)
    }
    return line
  }

  /// `key-points` becomes `Key points`.
  static func heading(_ kind: String) -> String {
    let words = kind.replacing("-", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The text in one line with everything escaped that Markdown or HTML could act on.
  static func escaped(_ text: String) -> String {
    let words = text.unicodeScalars.split { PythonText.isSpace($0) || $0.properties.generalCategory == .control }
    var result = ""
    for scalar in words.map({ String($0) }).joined(separator: " ").unicodeScalars {
      if #"\`*_[]<>&~|$"#.unicodeScalars.contains(scalar) { result += "\\" }
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
