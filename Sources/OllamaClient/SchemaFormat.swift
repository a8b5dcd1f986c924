import CommentCore

/// A ``JSONSchema`` as the JSON that Ollama's `format` takes.
struct SchemaFormat: Encodable, Equatable {
  var schema: JSONSchema

  /// llama.cpp, which Ollama runs, refuses longer strings.
  private static let mostCharacters = 1900

  init(_ schema: JSONSchema) {
    self.schema = schema
  }

  private enum CodingKeys: String, CodingKey { case type, maxLength, `enum`, items, maxItems, properties, required }

  private struct PropertyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch schema {
    case .string(let maxLength):
      try container.encode("string", forKey: .type)
      try container.encodeIfPresent(maxLength.map { min($0, Self.mostCharacters) }, forKey: .maxLength)
    case .choice(let choices):
      try container.encode("string", forKey: .type)
      try container.encode(choices, forKey: .enum)
    case .integer:
      try container.encode("integer", forKey: .type)
    case .array(let element, let maxItems):
      try container.encode("array", forKey: .type)
      try container.encode(SchemaFormat(element), forKey: .items)
      try container.encode(maxItems, forKey: .maxItems)
    case .object(let properties):
      try container.encode("object", forKey: .type)
      try container.encode(properties.map(\.name), forKey: .required)
      var nested = container.nestedContainer(keyedBy: PropertyName.self, forKey: .properties)
      for property in properties {
        try nested.encode(SchemaFormat(property.schema), forKey: PropertyName(stringValue: property.name))
      }
    }
  }
}
