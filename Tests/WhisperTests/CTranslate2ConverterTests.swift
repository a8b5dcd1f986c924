import CommentCore
import Foundation
import Testing
import Whisper

private func convert(
  _ model: SyntheticModel, _ weights: GGMLWeightType = .f32, parts: Int = 1
) throws -> GGMLContents {
  let scratch = try Scratch()
  try model.write(to: scratch.folder, parts: parts)
  let output = scratch.folder.appending(path: "out.bin")
  try CTranslate2Converter.convert(folder: scratch.folder, to: output, weights: weights)
  return try GGMLContents(output)
}

private func floats(_ data: Data) -> [Float] {
  data.withUnsafeBytes { raw in
    (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
  }
}

@Test func converter_writesSizesAndVocabulary() throws {
  let contents = try convert(SyntheticModel())
  #expect(contents.numbers == [6, 6, 4, 2, 1, 5, 4, 2, 1, 80, 0, 80, 201])
  #expect(contents.tokens == ["!", " a", " ", "\n", "<|endoftext|>"].map { Data($0.utf8) })
}

@Test func converter_splitsFusedAttention() throws {
  let model = SyntheticModel()
  let contents = try convert(model)
  let count = SyntheticModel.state * SyntheticModel.state
  for (index, part) in ["query", "key", "value"].enumerated() {
    let tensor = try #require(contents.tensors["encoder.blocks.0.attn.\(part).weight"])
    #expect(tensor.shape == [4, 4])
    let expected = (0..<count).map { model.value("encoder/layer_0/self_attention/linear_0/weight", index * count + $0) }
    #expect(floats(tensor.bytes) == expected)
  }
  let crossValue = try #require(contents.tensors["decoder.blocks.0.cross_attn.value.bias"])
  #expect(floats(crossValue.bytes) == (4..<8).map { model.value("decoder/layer_0/attention/linear_1/bias", $0) })
  #expect(contents.names.allSatisfy { !$0.hasSuffix("key.bias") })
  #expect(contents.names.count == Set(contents.names).count)
  // whisper.cpp counts 10 + 15 tensors an encoder layer + 24 a decoder layer, and one for each of two norms' halves.
  #expect(contents.names.count == 11 + 15 + 24)
}

@Test func converter_keepsConvolutionsAndPositionsOutOfBF16() throws {
  let contents = try convert(SyntheticModel(), .bf16)
  #expect(contents.numbers[10] == 24)
  #expect(contents.tensors["encoder.blocks.0.mlp.0.weight"]?.type == 30)
  #expect(contents.tensors["decoder.token_embedding.weight"]?.type == 30)
  #expect(contents.tensors["encoder.conv1.weight"]?.type == 1)
  #expect(contents.tensors["encoder.conv1.bias"]?.type == 0)
  #expect(contents.tensors["encoder.conv1.bias"]?.shape == [1, 4])
  #expect(contents.tensors["encoder.positional_embedding"]?.type == 0)
  #expect(contents.tensors["decoder.ln.weight"]?.type == 0)
}

@Test(arguments: GGMLWeightType.allCases)
func converter_takesHalfPrecision(weights: GGMLWeightType) throws {
  let half = try convert(SyntheticModel(type: .float16), weights)
  #expect(half.numbers[10] == [.f32: 0, .f16: 1, .bf16: 24][weights])
  // Rounded to 16 bits, the 32-bit model is the same.
  if weights == .f16 {
    let single = try convert(SyntheticModel(), weights)
    #expect(half.tensors["encoder.conv1.weight"] == single.tensors["encoder.conv1.weight"])
  }
}

@Test(arguments: [2, 7, 11])
func converter_readsPartsInOrder(parts: Int) throws {
  let whole = try convert(SyntheticModel())
  let parted = try convert(SyntheticModel(), parts: parts)
  #expect(whole.tensors == parted.tensors)
}

@Test func converter_refusesOtherModels() throws {
  for model in [
    SyntheticModel(specification: "TransformerSpec"), SyntheticModel(leftOut: "encoder/conv1/weight"),
    SyntheticModel(leftOut: "decoder/layer_0/attention/linear_1/weight"),
    SyntheticModel(wrongShape: "encoder/layer_0/self_attention/linear_0/weight"),
  ] {
    #expect(code { try convert(model) } == .modelDamaged)
  }
}

@Test func converter_neverCrashesOnDamagedFiles() throws {
  let scratch = try Scratch()
  try SyntheticModel().write(to: scratch.folder)
  let model = scratch.folder.appending(path: "model.bin")
  let output = scratch.folder.appending(path: "out.bin")
  let whole = try Data(contentsOf: model)
  func result() -> CommentBotError.Code? {
    code { try CTranslate2Converter.convert(folder: scratch.folder, to: output, weights: .f16) }
  }
  for length in [0, 3, 17, 100, whole.count / 3, whole.count - 1] {
    try whole.prefix(length).write(to: model)
    #expect(result() == .modelDamaged)
  }
  // Every byte of the head once wrong: refused, or harmless.
  for place in 0..<300 {
    var damaged = whole
    damaged[place] ^= 0xFF
    try damaged.write(to: model)
    #expect([nil, .modelDamaged].contains(result()))
  }
  try (whole + Data([0])).write(to: model)
  #expect(result() == .modelDamaged)
}

@Test func converter_leavesNothingBehindWhenItFails() throws {
  let scratch = try Scratch()
  try SyntheticModel(leftOut: "decoder/layer_norm/beta").write(to: scratch.folder)
  let output = scratch.folder.appending(path: "out.bin")
  let before = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).count
  #expect(code { try CTranslate2Converter.convert(folder: scratch.folder, to: output, weights: .f16) } == .modelDamaged)
  #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).count == before)
}

@Test func converter_namesWhatIsMissing() throws {
  let scratch = try Scratch()
  let output = scratch.folder.appending(path: "out.bin")
  #expect(code { try CTranslate2Converter.convert(folder: scratch.folder, to: output, weights: .f16) } == .modelMissing)
}

/// The code of the error that the body throws.
private func code(_ body: () throws -> some Any) -> CommentBotError.Code? {
  do {
    _ = try body()
    return nil
  } catch {
    return (error as? CommentBotError)?.code
  }
}
