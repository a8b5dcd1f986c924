import CWhisper
import CommentCore
import Foundation

/// Owns a Silero VAD context of libwhisper.
///
/// `@unchecked`: used by one thread at a time, which ``VoiceActivityModel`` sees to; it gives each of its threads one.
final class VoiceActivityContext: @unchecked Sendable {
  /// Samples that each probability stands for: 32 ms.
  static let frameLength = 512
  /// Read at once, so that memory does not grow with the audio: a minute.
  static let blockLength = frameLength * 1875

  private let context: OpaquePointer

  init(url: URL) throws {
    try GGMLModelFile.checkVoiceActivity(url)
    WhisperBackend.start
    _ = EngineLog.takeError()
    var parameters = whisper_vad_default_context_params()
    // The graph is so small that a second thread costs more than it brings.
    parameters.n_threads = 1
    parameters.use_gpu = false
    guard let context = whisper_vad_init_from_file_with_params(url.path, parameters) else {
      throw CommentBotError(
        .modelDamaged, "load", url.path, cause: EngineLog.takeError() ?? "libwhisper refuses it",
        hint: "commentbot models pull --force silero")
    }
    self.context = context
  }

  deinit { whisper_vad_free(context) }

  /// Probability of speech in each frame of a range, the last one of which may be cut.
  /// - Parameter gain: factor for the samples.
  /// - Throws: `CancellationError` when stopped, ``CommentBotError`` with `engine` when libwhisper fails.
  func probabilities(of audio: AudioSamples, in range: Range<Int>, gain: Float, stop: StopFlag) throws -> [Float] {
    whisper_vad_reset_state(context)
    var result: [Float] = []
    result.reserveCapacity(range.count / Self.frameLength + 1)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.blockLength) {
      if stop.isSet { throw CancellationError() }
      var block = audio.floats(start..<min(start + Self.blockLength, range.upperBound))
      if gain != 1 { for index in block.indices { block[index] *= gain } }
      guard whisper_vad_detect_speech_no_reset(context, block, Int32(block.count)) else {
        throw CommentBotError(.engine, "find speech in", audio.url.path, cause: EngineLog.takeError() ?? "VAD failed")
      }
      result.append(
        contentsOf: UnsafeBufferPointer(start: whisper_vad_probs(context), count: Int(whisper_vad_n_probs(context))))
    }
    return result
  }
}
