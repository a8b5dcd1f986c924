import Yams

/// YAML of which every value is asked for by its name, and whose errors name the line.
struct FrontMatter {
  typealias Malformed = CommentKindFile.Malformed

  let top: Section

  init(yaml: String) throws {
    do {
      guard let mapping = try Yams.compose(yaml: yaml)?.mapping else {
        throw Malformed(line: 2, cause: "the front matter has no lines of the form name: value")
      }
      top = Section(mapping: mapping, line: 1)
    } catch let error as YamlError {
      throw Malformed(line: Self.line(of: error), cause: "the front matter is not YAML: \(Self.problem(of: error))")
    }
  }

  private static func line(of error: YamlError) -> Int {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: 1
    }
  }

  private static func problem(of error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    case .duplicatedKeysInMapping(let keys, _): "\(keys.joined(separator: ", ")) stands there twice"
    default: "it cannot be read"
    }
  }

  /// A mapping of the front matter.
  struct Section {
    let mapping: Node.Mapping
    /// Where it begins.
    let line: Int

    var entries: [(name: String, node: Node, line: Int)] {
      mapping.map { ($0.key.scalar?.string ?? "", $0.value, $0.key.mark?.line ?? line) }
    }

    func has(_ name: String) -> Bool { mapping[name] != nil }

    func refuseOthers(than names: Set<String>) throws {
      for entry in entries where !names.contains(entry.name) {
        throw Malformed(
          line: entry.line,
          cause: "there is no key \"\(entry.name)\"; there are \(names.sorted().joined(separator: ", "))")
      }
    }

    /// A section of this one; an empty one where there is none.
    func section(_ name: String) throws -> Section {
      guard let node = mapping[name] else { return Section(mapping: [:], line: line) }
      guard let mapping = node.mapping else { throw malformed(name, "needs lines of the form name: value below it") }
      return Section(mapping: mapping, line: lineOf(name))
    }

    func string(_ name: String) throws -> (value: String, line: Int) {
      guard let text = mapping[name]?.scalar?.string, !text.isEmpty else {
        throw malformed(name, "is missing or no text")
      }
      return (text, lineOf(name))
    }

    func number(_ name: String, in range: ClosedRange<Int>, default value: Int) throws -> Int {
      guard let node = mapping[name] else { return value }
      guard let number = node.int, range.contains(number) else {
        throw malformed(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }

    func flag(_ name: String) throws -> Bool {
      guard let node = mapping[name] else { return false }
      guard let flag = node.bool else { throw malformed(name, "must be true or false") }
      return flag
    }

    func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String, default value: Value) throws -> Value {
      guard let node = mapping[name] else { return value }
      guard let choice = node.scalar.flatMap({ Value(rawValue: $0.string) }) else {
        throw malformed(name, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return choice
    }

    private func lineOf(_ name: String) -> Int { entries.first { $0.name == name }?.line ?? line }

    private func malformed(_ name: String, _ cause: String) -> Malformed {
      Malformed(line: lineOf(name), cause: "\(name) \(cause)")
    }
  }
}
