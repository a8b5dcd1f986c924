import Foundation

/// The items of one answer, as the model wrote them.
struct CommentaryReply: Sendable, Equatable {
  struct Item: Sendable, Equatable {
    var segments: [Int]
    var text: String
    /// Words of the lines; empty in answers that have none.
    var quote = ""
    /// All other texts of the item, by their keys.
    var details: [String: String] = [:]
  }

  /// Why an answer cannot be used, in words that the model and people understand.
  enum Unusable: Error, Equatable {
    case tooLong, unfinished, noObject, malformed, nothingCombined, noSources

    var cause: String {
      switch self {
      case .tooLong: "it was too long"
      case .unfinished: "it did not come to an end"
      case .noObject: "it holds no JSON object"
      case .malformed: "it is not valid JSON of the form that was asked for"
      case .nothingCombined: "it did not combine anything"
      case .noSources: "no item says which notes it is made from"
      }
    }
  }

  let items: [Item]

  /// Reads an answer: the JSON object, whatever thoughts, code fences or chatter stand around it.
  ///
  /// - Parameter isCut: the answer stopped at its limit of tokens; then the items before the cut are taken.
  init(parsing answer: String, isCut: Bool) throws(Unusable) {
    let answer = Self.withoutThoughts(answer)
    guard let start = answer.firstIndex(of: "{") else {
      throw isCut ? Unusable.tooLong : .noObject
    }
    let body = answer[start...]
    if let end = body.lastIndex(of: "}"), let form = Self.decode(body[...end]) {
      items = form.items
    } else if isCut {
      guard let form = Self.completeItems(of: body).flatMap(Self.decode), !form.items.isEmpty else {
        throw Unusable.tooLong
      }
      items = form.items
    } else {
      throw Unusable.malformed
    }
  }

  /// The answer without a leading `<think>…</think>`, which some models write whatever they are told.
  private static func withoutThoughts(_ answer: String) -> Substring {
    let trimmed = answer.drop { $0.isWhitespace }
    guard trimmed.hasPrefix("<think>") else { return trimmed }
    guard let end = trimmed.range(of: "</think>") else { return "" }
    return trimmed[end.upperBound...]
  }

  private static func decode(_ json: some StringProtocol) -> Form? {
    try? JSONDecoder().decode(Form.self, from: Data(json.utf8))
  }

  /// The JSON up to the last whole item, closed: `{"items":[{…},{…` becomes `{"items":[{…}]}`; nil without one.
  private static func completeItems(of json: Substring) -> String? {
    var depth = 0
    var isInString = false
    var isEscaped = false
    var end: Substring.Index?
    for index in json.utf8.indices {
      let byte = json.utf8[index]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        // An item closes inside the object and its array.
        if depth == 2 && byte == UInt8(ascii: "}") { end = json.utf8.index(after: index) }
      default: break
      }
    }
    return end.map { json[..<$0] + "]}" }
  }

  /// As forgiving as can be without guessing: odd items and numbers are left out one by one.
  private struct Form: Decodable {
    var items: [Item]

    private struct Key: CodingKey {
      static let items = Key(stringValue: "items")
      static let segments = Key(stringValue: "segments")
      static let text = Key(stringValue: "text")
      static let quote = Key(stringValue: "quote")

      let stringValue: String
      var intValue: Int? { nil }

      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      items = try container.decode([Lenient<Entry>].self, forKey: .items).compactMap(\.value?.item)
    }

    private struct Entry: Decodable {
      let item: Item

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let numbers = try? container.decode([Lenient<SegmentNumber>].self, forKey: .segments)
        var details: [String: String] = [:]
        for key in container.allKeys where ![Key.text, .quote].contains(where: { $0.stringValue == key.stringValue }) {
          details[key.stringValue] = try? container.decode(String.self, forKey: key)
        }
        item = Item(
          segments: (numbers ?? []).compactMap(\.value?.value), text: try container.decode(String.self, forKey: .text),
          quote: (try? container.decode(String.self, forKey: .quote)) ?? "", details: details)
      }
    }
  }

  /// A number, also when it is written as `"12"` or `"[12]"`.
  private struct SegmentNumber: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {
        value = number
        return
      }
      let text = try container.decode(String.self).trimmingCharacters(in: CharacterSet(charactersIn: "[] "))
      guard let number = Int(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number")
      }
      value = number
    }
  }

  private struct Lenient<Value: Decodable>: Decodable {
    let value: Value?

    init(from decoder: any Decoder) {
      value = try? Value(from: decoder)
    }
  }
}
