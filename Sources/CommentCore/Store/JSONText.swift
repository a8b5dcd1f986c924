import Foundation

/// Values in columns of JSON text.
enum JSONText {
  /// What JSON cannot say as a number is written as a string.
  private static let (infinity, negativeInfinity, nan) = ("Infinity", "-Infinity", "NaN")

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from text: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// Decodes options that an earlier version has written: those that it did not know have their defaults.
  static func decodeOptions(from text: String) throws -> TranscriptionOptions {
    let defaults = try JSONSerialization.jsonObject(with: Data(encode(TranscriptionOptions()).utf8)) as? [String: Any]
    let kept = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let merged = (defaults ?? [:]).merging(kept ?? [:]) { $1 }
    return try JSONDecoder().decode(TranscriptionOptions.self, from: JSONSerialization.data(withJSONObject: merged))
  }
}

extension Date {
  /// Milliseconds since 1970, as the database keeps times.
  var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

  init(milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
