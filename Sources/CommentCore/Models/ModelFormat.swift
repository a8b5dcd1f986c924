public import Foundation

/// What a model file says of itself in its first bytes.
public struct ModelFormat: Sendable, Equatable {
  /// What a file in this format is for.
  public var kind: ModelKind
  /// Of whisper files with such weights; nil for quantised ones and for other kinds.
  public var weights: WeightType?

  /// Recognises whisper.cpp's ggml files, its VAD files and GGUF.
  ///
  /// - Throws: ``CommentBotError`` with code `modelDamaged` when it is none of them, `inputMissing` or `permission`
  ///   when it cannot be read.
  public static func recognise(_ url: URL) throws -> ModelFormat {
    let head = try FileBytes.head(of: url, count: 48)
    func number(at offset: Int) -> UInt32? {
      guard head.count >= offset + 4 else { return nil }
      return head.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }
    if head.starts(with: Data("GGUF".utf8)) { return ModelFormat(kind: .llm) }
    // "ggml" as a number, then either the length and text of a VAD model's name or whisper's 11 sizes,
    // of which the first counts the vocabulary and the last tells the type of the weights.
    if number(at: 0) == 0x6767_6d6c, let first = number(at: 4) {
      if head.dropFirst(8).starts(with: Data("silero".utf8)) { return ModelFormat(kind: .vad) }
      if (51_000..<53_000).contains(first), let type = number(at: 44) {
        return ModelFormat(kind: .whisper, weights: [1: .f16, 24: .bf16][type])
      }
    }
    throw CommentBotError(
      .modelDamaged, "read", url.path, cause: "it is neither a Whisper model in ggml format nor a GGUF file",
      hint: "commentbot models import FOLDER    # converts a CTranslate2 Whisper folder")
  }
}
