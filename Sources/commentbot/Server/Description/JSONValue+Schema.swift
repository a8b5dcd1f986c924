/// Schemas (JSON Schema 2020-12, as OpenAPI 3.1 takes them).
extension JSONValue {
  static let text: JSONValue = ["type": "string"]
  static let number: JSONValue = ["type": "number"]
  static let count: JSONValue = ["type": "integer", "minimum": 0]
  static let flag: JSONValue = ["type": "boolean"]
  static let binary: JSONValue = ["type": "string", "format": "binary"]
  static let time: JSONValue = ["type": "string", "format": "date-time"]

  /// A schema that a set of routes gives.
  static func schema(_ name: String) -> JSONValue { ["$ref": "#/components/schemas/\(name)"] }

  static func list(of schema: JSONValue) -> JSONValue { ["type": "array", "items": schema] }

  static func words(_ words: [String]) -> JSONValue {
    ["type": "string", "enum": .array(words.map(JSONValue.string))]
  }

  /// The same with what it is, for people.
  func described(_ text: String) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members["description"] = .string(text)
    return .object(members)
  }

  /// Of a record's schema: what is said of each member, by name.
  var memberTexts: [(name: String, text: String)] {
    guard case .object(let schema) = self, case .object(let members)? = schema["properties"] else { return [] }
    return members.sorted { $0.key < $1.key }.map { name, member in
      guard case .object(let facts) = member, case .string(let text)? = facts["description"] else { return (name, "") }
      return (name, text)
    }
  }

  /// - Parameters:
  ///   - required: members that are always there.
  ///   - optional: members that may be absent; they are never null.
  static func record(
    _ required: [String: JSONValue], optional: [String: JSONValue] = [:], isOpen: Bool = false
  ) -> JSONValue {
    [
      "type": "object", "properties": .object(required.merging(optional) { $1 }),
      "required": .array(required.keys.sorted().map(JSONValue.string)), "additionalProperties": .boolean(isOpen),
    ]
  }
}
