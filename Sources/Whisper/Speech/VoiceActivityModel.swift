import CWhisper
import CommentCore
import Foundation

/// Owns a Silero VAD context of libwhisper; used by one thread at a time.
final class VoiceActivityModel {
  /// Samples that each probability stands for: 32 ms.
  static let frameLength = 512
  /// Read at once, so that memory does not grow with the audio: a minute.
  private static let blockLength = frameLength * 1875

  private let context: OpaquePointer
  private let path: String

  init(url: URL) throws {
    try GGMLModelFile.checkVoiceActivity(url)
    _ = EngineLog.isInstalled
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
    path = url.path
  }

  deinit { whisper_vad_free(context) }

  /// How likely somebody speaks in the audio, with a second, louder look at what is quiet.
  func activity(in audio: AudioSamples, stop: StopFlag) throws -> VoiceActivity {
    let look = SecondLook()
    // Of speech that is quiet altogether it hears beginnings too late.
    let gain = look.gain(ofAll: audio.count, samples: audio.floats)
    var activity = VoiceActivity(
      probabilities: try probabilities(of: audio, in: 0..<audio.count, gain: gain, stop: stop))
    let detector = SpeechDetector()
    let speech = detector.spans(activity.probabilities, frameLength: Self.frameLength, count: audio.count)
    // Frame by frame with what the first look gave.
    let silences = (0..<audio.count).without(speech).map {
      ($0.lowerBound / Self.frameLength * Self.frameLength)..<$0.upperBound
    }
    for (range, gain) in look.blocks(in: silences, after: gain, samples: audio.floats) {
      let louder = try probabilities(of: audio, in: range, gain: gain, stop: stop)
      guard !detector.spans(louder, frameLength: Self.frameLength, count: range.count).isEmpty else { continue }
      let first = range.lowerBound / Self.frameLength
      for (index, probability) in louder.enumerated() {
        activity.probabilities[first + index] = max(activity.probabilities[first + index], probability)
      }
    }
    let spans = SpeechDetector(padding: 0).spans(
      activity.probabilities, frameLength: Self.frameLength, count: audio.count)
    activity.quiet = look.quietSpeech(in: spans, count: audio.count, samples: audio.floats)
    return activity
  }

  /// Probability of speech in each frame of a range that begins at a frame.
  private func probabilities(
    of audio: AudioSamples, in range: Range<Int>, gain: Float = 1, stop: StopFlag
  ) throws -> [Float] {
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
