import CWhisper
import CommentCore
import Foundation

/// Detects the language of a recording by the mean probability over several windows spread over it.
///
/// The first 30 s alone may be music, an announcement or somebody else's greeting.
struct LanguageDetector {
  let model: WhisperModel

  /// Which of `count` windows vote: one in three, at least one and at most five, from the middles of equal parts.
  static func voters(of count: Int) -> [Int] {
    let voters = min(5, (count + 2) / 3)
    return (0..<voters).map { (2 * $0 + 1) * count / (2 * voters) }
  }

  /// - Parameter samples: gives those of a window.
  /// - Returns: libwhisper's number of the language and its probability in 0...1.
  func detect(
    _ windows: [AudioWindow], stop: StopFlag, samples: (AudioWindow) -> [Float]
  ) throws -> (Int32, Double) {
    let state = try WhisperState(model)
    var sums = [Double](repeating: 0, count: Int(whisper_lang_max_id()) + 1)
    let voters = Self.voters(of: windows.count)
    for voter in voters {
      if stop.isSet { throw CancellationError() }
      let probabilities = try probabilities(samples(windows[voter]), state: state)
      for (index, probability) in probabilities.enumerated() {
        sums[index] += Double(probability) / Double(voters.count)
      }
    }
    guard let best = sums.indices.max(by: { sums[$0] < sums[$1] }) else { return (0, 0) }
    return (Int32(best), sums[best])
  }

  /// - Returns: how likely the samples are in each of libwhisper's languages, by its numbers.
  func probabilities(_ samples: [Float], state: WhisperState) throws -> [Float] {
    var probabilities = [Float](repeating: 0, count: Int(whisper_lang_max_id()) + 1)
    guard
      whisper_pcm_to_mel_with_state(model.context, state.pointer, samples, Int32(samples.count), model.threads) == 0,
      whisper_lang_auto_detect_with_state(model.context, state.pointer, 0, model.threads, &probabilities) >= 0
    else {
      throw CommentBotError(
        .engine, "detect the language with", model.path, cause: EngineLog.takeError() ?? "libwhisper failed")
    }
    return probabilities
  }
}
