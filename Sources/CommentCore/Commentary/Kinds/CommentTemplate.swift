import Mustache

/// The text of a kind, with what it may ask about the prompt that it stands in.
struct CommentTemplate {
  struct Malformed: Error, Equatable {
    /// Line of the template, from 1.
    var line: Int
    var cause: String
  }

  /// What a template can name.
  struct Values {
    /// English name of the language to write in.
    var language = "English"
    /// Items at the most.
    var items = 5
    /// Whether the lines are notes to combine, not the transcript.
    var notes = false
    /// Whether the lines say who speaks.
    var speakers = false

    var all: [String: Any] { ["language": language, "items": items, "notes": notes, "speakers": speakers] }
  }

  /// Plain text: mustache would escape for HTML.
  private static let plain = "{{% CONTENT_TYPE:TEXT}}\n"

  /// The text with its values; one that is malformed stands as it is.
  static func render(_ template: String, _ values: Values) -> String {
    guard let parsed = try? MustacheTemplate(string: plain + template) else { return template }
    return parsed.render(values.all)
  }

  /// - Throws: ``Malformed`` when it is not mustache or names a value that there is not.
  static func check(_ template: String) throws {
    let parsed: MustacheTemplate
    do {
      parsed = try MustacheTemplate(string: plain + template)
    } catch let error as MustacheTemplate.ParserError {
      throw Malformed(line: max(1, error.context.lineNumber - 1), cause: "the template is malformed: \(error.error)")
    }
    // Every branch of it, whatever it depends on.
    for notes in [false, true] {
      for speakers in [false, true] {
        let asked = Asked(Values(notes: notes, speakers: speakers))
        _ = parsed.render(asked)
        if let name = asked.unknown {
          let lines = template.split(separator: "\n", omittingEmptySubsequences: false)
          let line = lines.firstIndex { $0.contains("{{") && $0.contains(name) } ?? 0
          let names = Values().all.keys.sorted().joined(separator: ", ")
          throw Malformed(line: line + 1, cause: "there is no value \"\(name)\"; there are \(names)")
        }
      }
    }
  }

  /// Remembers the first name that has no value.
  private final class Asked: MustacheParent {
    private let values: [String: Any]
    private(set) var unknown: String?

    init(_ values: Values) { self.values = values.all }

    func child(named name: String) -> Any? {
      if values[name] == nil { unknown = unknown ?? name }
      return values[name]
    }
  }
}
