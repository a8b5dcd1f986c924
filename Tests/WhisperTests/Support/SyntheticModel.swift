import Foundation

/// A tiny Whisper model in CTranslate2's format, whose weights tell where they come from.
struct SyntheticModel {
  enum Weights { case float32, float16 }

  var type = Weights.float32
  var specification = "WhisperSpec"
  var leftOut: String?
  var wrongShape: String?
  static let state = 4
  static let vocabulary = ["!", "Ġa", "Ġ", "Ċ", "<|endoftext|>", "<|startoftranscript|>"]

  /// Name, shape and elements of every tensor variable. Element `i` of the `n`-th has the value `n + i / 1024`.
  var variables: [(name: String, shape: [Int])] {
    let state = Self.state
    var result: [(String, [Int])] = []
    func linear(_ name: String, _ rows: Int, _ columns: Int) {
      result += [("\(name)/weight", [rows, columns]), ("\(name)/bias", [rows])]
    }
    func norm(_ name: String) {
      result += [("\(name)/gamma", [state]), ("\(name)/beta", [state])]
    }
    for side in ["encoder", "decoder"] {
      result.append(("\(side)/position_encodings/encodings", [side == "encoder" ? 6 : 5, state]))
      let layer = "\(side)/layer_0"
      norm("\(layer)/self_attention/layer_norm")
      linear("\(layer)/self_attention/linear_0", 3 * state, state)
      linear("\(layer)/self_attention/linear_1", state, state)
      if side == "decoder" {
        norm("\(layer)/attention/layer_norm")
        linear("\(layer)/attention/linear_0", state, state)
        linear("\(layer)/attention/linear_1", 2 * state, state)
        linear("\(layer)/attention/linear_2", state, state)
      }
      norm("\(layer)/ffn/layer_norm")
      linear("\(layer)/ffn/linear_0", 4 * state, state)
      linear("\(layer)/ffn/linear_1", state, 4 * state)
      norm("\(side)/layer_norm")
    }
    result.append(("encoder/conv1/weight", [state, 80, 3]))
    result.append(("encoder/conv1/bias", [state]))
    result.append(("encoder/conv2/weight", [state, state, 3]))
    result.append(("encoder/conv2/bias", [state]))
    result.append(("decoder/embeddings/weight", [Self.vocabulary.count, state]))
    return result
  }

  func value(_ name: String, _ element: Int) -> Float {
    Float(variables.firstIndex { $0.name == name } ?? 0) + Float(element) / 1024
  }

  var data: Data {
    var data = Data()
    func append<T: FixedWidthInteger>(_ value: T) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    func append(_ text: String) {
      append(UInt16(text.utf8.count + 1))
      data.append(contentsOf: Array(text.utf8) + [0])
    }
    let kept = variables.filter { $0.name != leftOut }
    append(UInt32(6))
    append(specification)
    append(UInt32(3))
    append(UInt32(kept.count + 2))
    for side in ["encoder", "decoder"] {
      append("\(side)/num_heads")
      append(UInt8(0))
      append(UInt8(2))
      append(UInt32(2))
      append(Int16(2))
    }
    for (name, shape) in kept {
      append(name)
      append(UInt8(shape.count))
      for dimension in shape { append(UInt32(name == wrongShape ? dimension + 1 : dimension)) }
      let count = shape.reduce(1, *)
      append(UInt8(type == .float32 ? 0 : 4))
      append(UInt32(count * (type == .float32 ? 4 : 2)))
      for element in 0..<count {
        let value = value(name, element)
        type == .float32 ? append(value.bitPattern) : append(Float16(value).bitPattern)
      }
    }
    append(UInt32(1))
    append("decoder/projection/weight")
    append("decoder/embeddings/weight")
    return data
  }

  func write(to folder: URL, parts: Int = 1) throws {
    let data = data
    if parts == 1 {
      try data.write(to: folder.appending(path: "model.bin"))
    } else {
      let size = data.count / parts + 1
      for part in 0..<parts {
        let range = part * size..<min(data.count, (part + 1) * size)
        try data[range].write(to: folder.appending(path: "model.bin.part\(part + 1)"))
      }
    }
    try JSONEncoder().encode(Self.vocabulary).write(to: folder.appending(path: "vocabulary.json"))
  }
}

/// A file of whisper.cpp's format, taken apart.
struct GGMLContents {
  struct Tensor: Equatable {
    var type: Int
    /// Innermost dimension first.
    var shape: [Int]
    var bytes: Data
  }

  var numbers: [Int] = []
  var tokens: [Data] = []
  var tensors: [String: Tensor] = [:]
  var names: [String] = []

  init(_ url: URL) throws {
    let data = try Data(contentsOf: url)
    var offset = 4
    func integer() -> Int {
      defer { offset += 4 }
      return Int(data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Int32.self) })
    }
    func take(_ count: Int) -> Data {
      defer { offset += count }
      return Data(data[offset..<offset + count])
    }
    for _ in 0..<13 { numbers.append(integer()) }
    _ = take(numbers[11] * numbers[12] * 4)
    for _ in 0..<integer() { tokens.append(take(integer())) }
    while offset < data.count {
      let (rank, length, type) = (integer(), integer(), integer())
      let shape = (0..<rank).map { _ in integer() }
      let name = String(decoding: take(length), as: UTF8.self)
      names.append(name)
      tensors[name] = Tensor(type: type, shape: shape, bytes: take(shape.reduce(type == 0 ? 4 : 2, *)))
    }
  }
}
