import CommentCore

/// Which part of which CTranslate2 variable is which tensor of whisper.cpp, in the order of OpenAI's checkpoints, so
/// that a converted f16 file is the published `ggml-*.bin`, byte for byte.
enum WhisperTensors {
  static func map(_ model: CTranslate2Model, shape: WhisperShape) throws -> [WhisperTensor] {
    var map = Mapping(model: model)
    try map.whole("decoder/position_encodings/encodings", "decoder.positional_embedding", keepsF32: true)
    try map.whole("encoder/position_encodings/encodings", "encoder.positional_embedding", keepsF32: true)
    try map.whole("decoder/embeddings/weight", "decoder.token_embedding.weight")
    for layer in 0..<shape.textLayers {
      try map.block("decoder/layer_\(layer)", "decoder.blocks.\(layer)", state: shape.textState)
      try map.attention(
        "decoder/layer_\(layer)/attention", "decoder.blocks.\(layer).cross_attn", state: shape.textState,
        fused: [("linear_0", ["query"]), ("linear_1", ["key", "value"])], output: "linear_2")
    }
    try map.norm("decoder/layer_norm", "decoder.ln")
    for convolution in ["conv1", "conv2"] {
      try map.whole("encoder/\(convolution)/weight", "encoder.\(convolution).weight")
      try map.whole("encoder/\(convolution)/bias", "encoder.\(convolution).bias", isColumn: true)
    }
    for layer in 0..<shape.audioLayers {
      try map.block("encoder/layer_\(layer)", "encoder.blocks.\(layer)", state: shape.audioState)
    }
    try map.norm("encoder/layer_norm", "encoder.ln_post")
    return map.tensors
  }

  private struct Mapping {
    let model: CTranslate2Model
    var tensors: [WhisperTensor] = []

    mutating func whole(_ source: String, _ target: String, keepsF32: Bool = false, isColumn: Bool = false) throws {
      let variable = try model.variable(source)
      let shape = isColumn ? variable.shape + [1] : variable.shape
      tensors.append(
        WhisperTensor(
          name: target, shape: shape, type: variable.type, range: variable.range, keepsF32: keepsF32 || isColumn))
    }

    mutating func linear(_ source: String, _ target: String) throws {
      try whole("\(source)/weight", "\(target).weight")
      try whole("\(source)/bias", "\(target).bias")
    }

    mutating func norm(_ source: String, _ target: String) throws {
      try whole("\(source)/gamma", "\(target).weight")
      try whole("\(source)/beta", "\(target).bias")
    }

    /// What encoder and decoder have in common. Query, key and value are fused along the rows.
    mutating func block(_ source: String, _ target: String, state: Int) throws {
      try norm("\(source)/ffn/layer_norm", "\(target).mlp_ln")
      try linear("\(source)/ffn/linear_0", "\(target).mlp.0")
      try linear("\(source)/ffn/linear_1", "\(target).mlp.2")
      try attention(
        "\(source)/self_attention", "\(target).attn", state: state,
        fused: [("linear_0", ["query", "key", "value"])], output: "linear_1")
    }

    mutating func attention(
      _ source: String, _ target: String, state: Int, fused: [(linear: String, parts: [String])], output: String
    ) throws {
      try norm("\(source)/layer_norm", "\(target)_ln")
      for (linear, parts) in fused {
        for (index, part) in parts.enumerated() {
          let rows = index * state..<(index + 1) * state
          try slice("\(source)/\(linear)/weight", "\(target).\(part).weight", rows: rows, of: parts.count * state)
          // Whisper's key has no bias; CTranslate2 fills its place with zeros.
          guard part != "key" else { continue }
          try slice("\(source)/\(linear)/bias", "\(target).\(part).bias", rows: rows, of: parts.count * state)
        }
      }
      try self.linear("\(source)/\(output)", "\(target).out")
    }

    private mutating func slice(_ source: String, _ target: String, rows: Range<Int>, of rowCount: Int) throws {
      let variable = try model.variable(source)
      guard variable.shape.first == rowCount else { throw model.file.damaged("\(source) has the wrong shape") }
      let rowBytes = variable.range.count / rowCount
      let start = variable.range.lowerBound
      tensors.append(
        WhisperTensor(
          name: target, shape: [rows.count] + variable.shape.dropFirst(), type: variable.type,
          range: start + rows.lowerBound * rowBytes..<start + rows.upperBound * rowBytes, keepsF32: false))
    }
  }
}
