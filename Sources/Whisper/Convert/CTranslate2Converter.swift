import CommentCore
public import Foundation

/// The type of the large weights in a ggml file.
public enum GGMLWeightType: String, Sendable, CaseIterable {
  case f32, f16
  /// The fastest on CPUs with AVX512-BF16; the convolutions stay f16, which is all that whisper.cpp takes there.
  case bf16
}

/// Turns a Whisper model in CTranslate2's format into a file of whisper.cpp's format.
public struct CTranslate2Converter {
  /// Converts a folder with `model.bin` (or `model.bin.part1`, `model.bin.part2`, …) and `vocabulary.json` or `.txt`.
  ///
  /// - Throws: ``CommentBotError`` with `modelMissing` or `modelDamaged` for the input, `io` or `diskFull` for the
  ///   output, which is written beside its place and renamed when it is whole.
  public static func convert(folder: URL, to output: URL, weights: GGMLWeightType) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let parts = names.filter { $0.hasPrefix("model.bin.part") }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    let model = names.contains("model.bin") ? ["model.bin"] : parts
    guard !model.isEmpty else {
      throw CommentBotError(.modelMissing, "convert", folder.path, cause: "there is no model.bin in it")
    }
    guard let vocabulary = ["vocabulary.json", "vocabulary.txt"].first(where: names.contains) else {
      throw CommentBotError(
        .modelMissing, "convert", folder.path, cause: "there is no vocabulary.json or vocabulary.txt in it")
    }
    try convert(
      parts: model.map { folder.appending(path: $0) }, vocabulary: folder.appending(path: vocabulary), to: output,
      weights: weights)
  }

  /// Converts a `model.bin` given as its parts in order.
  public static func convert(parts: [URL], vocabulary: URL, to output: URL, weights: GGMLWeightType) throws {
    let model = try CTranslate2Model(parts: parts)
    let shape = try WhisperShape(of: model)
    let tokens = try WhisperVocabulary.textTokens(of: vocabulary, isMultilingual: shape.isMultilingual)
    let tensors = try WhisperTensors.map(model, shape: shape)
    try AtomicFile.write(to: output) { file in
      try file.append(header(shape: shape, weights: weights, tokens: tokens))
      for tensor in tensors {
        try Task.checkCancellation()
        try tensor.write(to: file, from: model, weights: weights)
      }
    }
  }

  /// Magic, sizes, mel filters and vocabulary, as whisper.cpp's `convert-pt-to-ggml.py` writes them.
  private static func header(shape: WhisperShape, weights: GGMLWeightType, tokens: [[UInt8]]) -> Data {
    var data = Data()
    data.append(integer: GGMLFormat.magic)
    for value in shape.numbers { data.append(integer: UInt32(value)) }
    data.append(integer: weights.fileType)
    data.append(integer: UInt32(shape.melCount))
    data.append(integer: UInt32(MelFilters.binCount))
    for weight in MelFilters.slaney(melCount: shape.melCount) { data.append(integer: weight.bitPattern) }
    data.append(integer: UInt32(tokens.count))
    for token in tokens {
      data.append(integer: UInt32(token.count))
      data.append(contentsOf: token)
    }
    return data
  }
}

extension Data {
  mutating func append(integer value: UInt32) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
