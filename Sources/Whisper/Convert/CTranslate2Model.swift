import CommentCore
import Foundation

/// The variables of a CTranslate2 `model.bin`, read from its directory; the weights stay in the mapped file.
///
/// Format (CTranslate2 `python/ctranslate2/specs/model_spec.py`, `_serialize`): u32 version, spec name, u32 revision,
/// u32 count; then per variable name, u8 rank, u32 shape, u8 type, u32 byte size, data; then aliases. Strings are
/// u16 lengths with their closing NUL.
struct CTranslate2Model {
  enum ElementType: UInt8 {
    case float32 = 0
    case int8, int16, int32, float16, bfloat16

    var size: Int {
      switch self {
      case .float32, .int32: 4
      case .int16, .float16, .bfloat16: 2
      case .int8: 1
      }
    }
  }

  struct Variable {
    var name: String
    var shape: [Int]
    var type: ElementType
    /// Where the elements lie in ``file``.
    var range: Range<Int>

    var elementCount: Int { shape.reduce(1, *) }
  }

  let file: PartedFile
  private let variables: [String: Variable]

  init(parts: [URL]) throws {
    file = try PartedFile(parts)
    var reader = PartedFileReader(file)
    guard try reader.integer(UInt32.self) >= 4 else {
      throw file.damaged("it is not a CTranslate2 model of version 4 or later")
    }
    guard try reader.string() == "WhisperSpec" else { throw file.damaged("it is not a CTranslate2 Whisper model") }
    _ = try reader.integer(UInt32.self)
    var variables: [String: Variable] = [:]
    for _ in 0..<(try reader.integer(UInt32.self)) {
      let variable = try reader.variable()
      variables[variable.name] = variable
    }
    for _ in 0..<(try reader.integer(UInt32.self)) {
      let alias = try reader.string()
      variables[alias] = variables[try reader.string()]
    }
    guard reader.offset == file.count else { throw file.damaged("it has bytes after its end") }
    self.variables = variables
  }

  func contains(_ name: String) -> Bool { variables[name] != nil }

  func variable(_ name: String) throws -> Variable {
    guard let variable = variables[name] else { throw file.damaged("it lacks \(name)") }
    return variable
  }

  /// A scalar of whole numbers, such as the number of attention heads.
  func scalar(_ name: String) throws -> Int {
    let variable = try variable(name)
    var reader = PartedFileReader(try PartedFile(slice: file.bytes(variable.range), path: file.path))
    switch variable.type {
    case .int8: return Int(try reader.integer(Int8.self))
    case .int16: return Int(try reader.integer(Int16.self))
    case .int32: return Int(try reader.integer(Int32.self))
    case .float32, .float16, .bfloat16: throw file.damaged("\(name) is not a whole number")
    }
  }
}

extension PartedFileReader {
  fileprivate mutating func string() throws -> String {
    let length = Int(try integer(UInt16.self))
    guard let text = String(data: try take(length).prefix { $0 != 0 }, encoding: .utf8) else {
      throw file.damaged("a name is not UTF-8")
    }
    return text
  }

  fileprivate mutating func variable() throws -> CTranslate2Model.Variable {
    let name = try string()
    let rank = try integer(UInt8.self)
    guard rank <= 4 else { throw file.damaged("\(name) has \(rank) dimensions") }
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(Int(try integer(UInt32.self))) }
    guard let type = CTranslate2Model.ElementType(rawValue: try integer(UInt8.self)) else {
      throw file.damaged("\(name) has an unknown type")
    }
    let size = Int(try integer(UInt32.self))
    var expected = type.size
    for dimension in shape {
      let (product, isTooLarge) = expected.multipliedReportingOverflow(by: dimension)
      guard !isTooLarge else { throw file.damaged("\(name) has an impossible shape") }
      expected = product
    }
    guard size == expected else { throw file.damaged("\(name) has \(size) bytes where its shape needs \(expected)") }
    return CTranslate2Model.Variable(name: name, shape: shape, type: type, range: try skip(size))
  }
}
