import CommentCore

extension JSONSchema {
  /// The longest string where the schema sets no limit: a small model would never end some of them.
  static let defaultMaxLength = 400
  /// libllama refuses grammars with more repetitions than 2000.
  private static let mostRepetitions = 1900

  /// The schema as a grammar in llama.cpp's GBNF, with the start symbol `root`.
  ///
  /// Every text of it ends: strings, arrays and numbers are bounded, and no more than one space stands between tokens.
  /// Strings hold no `\u` escapes, since half of a surrogate pair would make them unreadable; letters come as UTF-8.
  var gbnf: String {
    var writer = GBNFWriter()
    let root = writer.add(self)
    return writer.rules.joined(separator: "\n") + """

      root ::= \(root)
      ws ::= " "?
      char ::= [^"\\\\\\x00-\\x1F\\x7F] | "\\\\" ["\\\\/bfnrt]
      integer ::= "-"? ("0" | [1-9] [0-9]{0,8})

      """
  }

  private struct GBNFWriter {
    var rules: [String] = []

    /// Adds the rules of the schema.
    /// - Returns: the name of its own rule.
    mutating func add(_ schema: JSONSchema) -> String {
      let body: String
      switch schema {
      case .string(let maxLength):
        let most = min(max(0, maxLength ?? defaultMaxLength), mostRepetitions)
        body = #""\"" char{0,\#(most)} "\"""#
      case .choice(let choices):
        body = choices.map { #""\"\#(escaped($0))\"""# }.joined(separator: " | ")
      case .integer:
        return "integer"
      case .array(let element, let maxItems):
        let item = add(element)
        let more = min(maxItems, mostRepetitions) - 1
        let next = define(#""," ws \#(item)"#)
        switch more {
        case ..<0: body = #""[" ws "]""#
        case 0: body = #""[" ws (\#(item) ws)? "]""#
        default: body = #""[" ws (\#(item) \#(next){0,\#(more)} ws)? "]""#
        }
      case .object(let properties):
        let members = properties.map { #""\"\#(escaped($0.name))\":" ws \#(add($0.schema))"# }
        body = #""{" ws \#(members.joined(separator: #" "," ws "#)) ws "}""#
      }
      return define(body)
    }

    private mutating func define(_ body: String) -> String {
      let name = "r\(rules.count)"
      rules.append("\(name) ::= \(body)")
      return name
    }

    /// A property's name as it stands in JSON, within a GBNF literal.
    private func escaped(_ name: String) -> String {
      name.reduce(into: "") { text, character in
        switch character {
        case "\"", "\\": text += "\\\\\\\(character)"
        default: text.append(character)
        }
      }
    }
  }
}
