/// Schemas (JSON Schema 2020-12, as OpenAPI 3.1 takes them).
extension JSONValue {
  static let text: JSONValue = ["type": "string"]
  static let number: JSONValue = ["type": "number"]
  static let count: JSONValue = ["type": "integer", "minimum": 0]
  static let flag: JSONValue = ["type": "boolean"]
  static let time: JSONValue = ["type": "string", "format": "date-time"]

  /// A schema that a set of routes gives.
  static func schema(_ name: String) -> JSONValue { ["$ref": "#/components/schemas/\(name)"] }

  static func list(of schema: JSONValue) -> JSONValue { ["type": "array", "items": schema] }

  static func words(_ words: [String]) -> JSONValue {
    ["type": "string", "enum": .array(words.map(JSONValue.string))]
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
