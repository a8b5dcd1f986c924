import CWhisper
import CommentCore
import Foundation

/// Aligns tokens with the audio by the decoder's attention (dynamic time warping), as openai-whisper does for its
/// words.
///
/// libwhisper's other way, by the timestamps that the model would have written, is off by several times as much.
enum TokenAlignment {
  /// libwhisper aborts the process on shorter chunks, in hundredths of a second: its median filter is seven frames of
  /// 20 ms wide.
  static let shortestChunk = 16
  /// Bytes that it may take for a chunk, only touched as far as needed: small.en, with most heads, takes some 110 MB.
  private static let memory = 256 << 20

  /// The decoder's heads that follow the audio; nil for a model of which they are not known.
  static func heads(of shape: GGMLModelFile.Shape) -> whisper_alignment_heads_preset? {
    switch (shape.textLayers, shape.textState, shape.isMultilingual) {
    case (4, 384, true): WHISPER_AHEADS_TINY
    case (4, 384, false): WHISPER_AHEADS_TINY_EN
    case (6, 512, true): WHISPER_AHEADS_BASE
    case (6, 512, false): WHISPER_AHEADS_BASE_EN
    case (12, 768, true): WHISPER_AHEADS_SMALL
    case (12, 768, false): WHISPER_AHEADS_SMALL_EN
    case (24, 1024, true): WHISPER_AHEADS_MEDIUM
    case (24, 1024, false): WHISPER_AHEADS_MEDIUM_EN
    case (4, 1280, true): WHISPER_AHEADS_LARGE_V3_TURBO
    case (32, 1280, true): shape.mels == 128 ? WHISPER_AHEADS_LARGE_V3 : WHISPER_AHEADS_LARGE_V2
    default: nil
    }
  }

  /// Turns alignment on where the model's heads are known.
  /// - Returns: whether it is on.
  static func enable(for model: URL, in parameters: inout whisper_context_params) throws -> Bool {
    guard let heads = heads(of: try GGMLModelFile.shape(of: model)) else { return false }
    parameters.dtw_token_timestamps = true
    parameters.dtw_aheads_preset = heads
    parameters.dtw_mem_size = memory
    // Flash attention does not keep what the alignment needs.
    parameters.flash_attn = false
    return true
  }

  /// Forbids timestamps so early that the chunk would be too short, once there is text before them.
  static func guardShortChunks(_ parameters: inout whisper_full_params) {
    parameters.logits_filter_callback = { context, _, _, count, logits, _ in
      guard count > 1, let logits else { return }
      let first = Int(whisper_token_beg(context))
      // A timestamp is 20 ms.
      for token in first...first + TokenAlignment.shortestChunk / 2 { logits[token] = -.infinity }
    }
  }

  /// Whether so much is certainly left that the next chunk can be aligned. All but the percentage is in hundredths of a
  /// second.
  /// - Parameters:
  ///   - length: of what this pass hears.
  ///   - percent: of it that is done, as libwhisper tells: rounded down.
  ///   - rest: what is left after the last segment; libwhisper may be further.
  static func hasRoom(length: Int, percent: Int, rest: Int) -> Bool {
    let least = length * (99 - percent) / 100
    if least >= shortestChunk { return true }
    let isExact = rest > least && rest * 100 <= length * (100 - percent)
    return isExact && rest >= shortestChunk
  }
}
