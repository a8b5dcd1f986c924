import Foundation
import Mustache
import Yams

/// Reads a kind of comment from Markdown with YAML front matter, as `data/prompts` holds it.
struct CommentKindFile {
  /// What is wrong, and on which line of the file, from 1.
  struct Malformed: Error, Equatable {
    var line: Int
    var cause: String
  }

  private static let fence = "---"
  private static let keys: Set<String> = [
    "name", "title", "description", "fields", "limits", "combine", "layout", "verbatim", "extract",
  ]
  private static let limitKeys: Set<String> = ["items", "items_per_window", "characters", "answer_tokens"]
  /// Keys of every item, which are not a kind's to define.
  private static let reserved: Set<String> = ["quote", "segments", "items"]

  let kind: CommentKind

  /// - Parameter name: the file's name without its ending, which the kind must have too.
  /// - Throws: ``Malformed``.
  init(parsing text: String, named name: String) throws {
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map({ $0.trimmingCharacters(in: .whitespaces) }) == Self.fence else {
      throw Malformed(line: 1, cause: "it does not begin with a line of ---, which opens the front matter")
    }
    guard let end = lines.dropFirst().firstIndex(where: { $0.trimmingCharacters(in: .whitespaces) == Self.fence })
    else {
      throw Malformed(line: lines.count, cause: "the front matter is not closed by a line of ---")
    }
    // The fence is the first line of the YAML document too: its lines keep their numbers.
    let front = try FrontMatter(yaml: lines[..<end].joined(separator: "\n"))
    let body = lines[(end + 1)...].joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    guard !body.isEmpty else { throw Malformed(line: end + 1, cause: "there is no text below the front matter") }

    try front.top.refuseOthers(than: Self.keys)
    let limits = try front.top.section("limits")
    try limits.refuseOthers(than: Self.limitKeys)
    let written = try front.top.string("name")
    guard Self.isName(name) else {
      throw Malformed(line: 1, cause: "the file's name may have lower-case letters, digits and hyphens only")
    }
    guard written.value == name else {
      throw Malformed(line: written.line, cause: "name is \"\(written.value)\", but the file is \(name).md")
    }
    kind = CommentKind(
      name: name, title: try front.top.string("title").value,
      description: try front.top.string("description").value,
      fields: try Self.fields(front.top), template: body,
      maxItems: try limits.number("items", in: 1...50, default: 10),
      maxItemsPerWindow: try limits.number("items_per_window", in: 1...50, default: 5),
      maxTextLength: try limits.number("characters", in: 20...1900, default: 300),
      maxAnswerTokens: try limits.number("answer_tokens", in: 64...8192, default: 1024),
      combining: try front.top.choice("combine", default: .whenTooMany),
      layout: try front.top.choice("layout", default: .list),
      isVerbatim: try front.top.flag("verbatim"),
      extract: try front.top.choice("extract", default: .sentences))
    let bodyStart = lines[(end + 1)...].firstIndex { !$0.allSatisfy(\.isWhitespace) } ?? end + 1
    do {
      try CommentTemplate.check(body)
    } catch let error as CommentTemplate.Malformed {
      throw Malformed(line: bodyStart + error.line, cause: error.cause)
    }
  }

  static func isName(_ name: String) -> Bool {
    name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil && name.utf8.count <= 64
  }

  private static func fields(_ front: FrontMatter.Section) throws -> [CommentField] {
    let section = try front.section("fields")
    guard section.has("text") else {
      throw Malformed(line: section.line, cause: "fields must hold text, which is what the item says")
    }
    return try section.entries.map { name, node, line in
      guard name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil, name.utf8.count <= 32, !reserved.contains(name) else {
        throw Malformed(
          line: line, cause: "\(name) cannot be a field: lower-case letters, digits and _; not quote, segments, items")
      }
      if let choices = node.sequence {
        let texts = choices.compactMap(\.scalar?.string)
        guard texts.count == choices.count, texts.count > 1, name != CommentField.textName else {
          throw Malformed(line: line, cause: "\(name) needs two or more words to choose from, or a description")
        }
        // They stand in a grammar and in JSON as they are.
        let isPlain = texts.allSatisfy { text in
          !text.isEmpty && text == CommentaryText.cleaned(text) && !text.contains { "\"\\".contains($0) }
        }
        guard isPlain else {
          throw Malformed(line: line, cause: "the words of \(name) may hold no line ends, quotes and backslashes")
        }
        return CommentField(name: name, meaning: .choice(texts))
      }
      guard let meaning = node.scalar?.string, !meaning.isEmpty else {
        throw Malformed(line: line, cause: "\(name) needs a description of what to write there")
      }
      return CommentField(name: name, meaning: .words(meaning))
    }.sorted { $0.name < $1.name }
  }
}
