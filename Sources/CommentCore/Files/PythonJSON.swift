/// A JSON value that is written exactly as Python's `json.dump(value, file)` writes it: objects in the given order,
/// `", "` and `": "` between the parts, everything but printable ASCII as `\uXXXX`.
enum PythonJSON {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([PythonJSON])
  case object([(String, PythonJSON)])

  /// The JSON text. Numbers that JSON cannot say become `null`, where Python would write invalid JSON.
  var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += "\(value)".utf8
    case .number(let value): bytes += (PythonText.repr(value) ?? "null").utf8
    case .string(let value): Self.write(value, to: &bytes)
    case .array(let values):
      bytes += "[".utf8
      for (index, value) in values.enumerated() {
        if index > 0 { bytes += ", ".utf8 }
        value.write(to: &bytes)
      }
      bytes += "]".utf8
    case .object(let members):
      bytes += "{".utf8
      for (index, (name, value)) in members.enumerated() {
        if index > 0 { bytes += ", ".utf8 }
        Self.write(name, to: &bytes)
        bytes += ": ".utf8
        value.write(to: &bytes)
      }
      bytes += "}".utf8
    }
  }

  private static func write(_ string: String, to bytes: inout [UInt8]) {
    bytes += "\"".utf8
    for unit in string.utf16 {
      switch unit {
      case 0x22: bytes += #"\""#.utf8
      case 0x5C: bytes += #"\\"#.utf8
      case 0x0A: bytes += #"\n"#.utf8
      case 0x0D: bytes += #"\r"#.utf8
      case 0x09: bytes += #"\t"#.utf8
      case 0x08: bytes += #"\b"#.utf8
      case 0x0C: bytes += #"\f"#.utf8
      case 0x20...0x7E: bytes.append(UInt8(unit))
      default:
        let digits = String(unit, radix: 16)
        bytes += (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8
      }
    }
    bytes += "\"".utf8
  }
}
