import CWhisper
import CommentCore
import Foundation

/// One tensor of the converted file and where its elements come from.
struct WhisperTensor {
  var name: String
  /// Outermost dimension first.
  var shape: [Int]
  var type: CTranslate2Model.ElementType
  var range: Range<Int>
  /// Positions and biases stay in 32 bits, whatever the weights are.
  var keepsF32: Bool

  func elementType(_ weights: GGMLWeightType) -> GGMLFormat.ElementType {
    if keepsF32 || shape.count < 2 { return .f32 }
    return shape.count == 2 ? weights.matrixType : weights.convolutionType
  }

  func write(to file: AtomicFile, from model: CTranslate2Model, weights: GGMLWeightType) throws {
    let target = elementType(weights)
    var header = Data()
    header.append(integer: UInt32(shape.count))
    header.append(integer: UInt32(name.utf8.count))
    header.append(integer: target.rawValue)
    for dimension in shape.reversed() { header.append(integer: UInt32(dimension)) }
    header.append(contentsOf: name.utf8)
    try file.append(header)
    // In blocks, so that memory does not grow with the model.
    let block = 1 << 20
    for start in stride(from: range.lowerBound, to: range.upperBound, by: block * type.size) {
      let bytes = try model.file.bytes(start..<min(start + block * type.size, range.upperBound))
      try file.append(try convert(bytes, to: target, in: model.file))
    }
  }

  private func convert(_ bytes: Data, to target: GGMLFormat.ElementType, in file: PartedFile) throws -> Data {
    let count = bytes.count / type.size
    var floats = [Float](repeating: 0, count: count)
    switch (type, target) {
    case (.float32, .f32), (.float16, .f16), (.bfloat16, .bf16):
      return bytes
    case (.float32, _):
      floats.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    case (.float16, _):
      bytes.withUnsafeBytes {
        ggml_fp16_to_fp32_row($0.bindMemory(to: ggml_fp16_t.self).baseAddress, &floats, Int64(count))
      }
    case (.bfloat16, _):
      bytes.withUnsafeBytes {
        ggml_bf16_to_fp32_row($0.bindMemory(to: ggml_bf16_t.self).baseAddress, &floats, Int64(count))
      }
    case (.int8, _), (.int16, _), (.int32, _):
      throw CommentBotError(
        .modelDamaged, "convert", file.path, cause: "\(name) is quantised to whole numbers",
        hint: "use the model's float16 or float32 form")
    }
    var result = Data(count: count * target.size)
    result.withUnsafeMutableBytes { raw in
      switch target {
      case .f32: floats.withUnsafeBytes { raw.copyMemory(from: $0) }
      case .f16: ggml_fp32_to_fp16_row(floats, raw.bindMemory(to: ggml_fp16_t.self).baseAddress, Int64(count))
      case .bf16: ggml_fp32_to_bf16_row(floats, raw.bindMemory(to: ggml_bf16_t.self).baseAddress, Int64(count))
      }
    }
    return result
  }
}
