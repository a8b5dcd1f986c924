import CWhisper
import CommentCore

/// Detects the language of speech by the mean probability over several windows of it.
final class LanguageDetector {
  private let memory: WhisperMemory
  private let threads: ComputeThreads
  private let state: WhisperState
  private let stop: StopFlag

  init(memory: WhisperMemory, threads: ComputeThreads, stop: StopFlag) throws {
    self.memory = memory
    self.threads = threads
    self.stop = stop
    state = try memory.takeState(for: .full)
  }

  deinit { memory.giveBack(state, for: .full) }

  /// - Parameter windows: the samples of each.
  /// - Returns: the likeliest languages, the likeliest first.
  /// - Throws: `CancellationError` when stopped, ``CommentBotError`` with `engine` when libwhisper fails.
  func detect(_ windows: [[Float]]) throws -> [LanguageProbability] {
    var sums = [Double](repeating: 0, count: Int(whisper_lang_max_id()) + 1)
    for samples in windows {
      for (index, probability) in try probabilities(samples).enumerated() {
        sums[index] += Double(probability) / Double(windows.count)
      }
    }
    return LanguageProbability.likeliest(
      sums.enumerated().map { index, sum in
        LanguageProbability(language: String(cString: whisper_lang_str(Int32(index))), probability: sum)
      })
  }

  /// How likely the samples are in each of libwhisper's languages, by its numbers.
  func probabilities(_ samples: [Float]) throws -> [Float] {
    if stop.isSet { throw CancellationError() }
    _ = EngineLog.takeError()
    let borrowed = self.threads.borrowRest()
    defer { self.threads.giveBack(borrowed) }
    let threads = Int32(self.threads.share + borrowed)
    var probabilities = [Float](repeating: 0, count: Int(whisper_lang_max_id()) + 1)
    guard
      whisper_pcm_to_mel_with_state(memory.model.context, state.pointer, samples, Int32(samples.count), threads) == 0,
      whisper_lang_auto_detect_with_state(memory.model.context, state.pointer, 0, threads, &probabilities) >= 0
    else {
      throw CommentBotError(
        .engine, "detect the language with", memory.model.path, cause: EngineLog.takeError() ?? "libwhisper failed")
    }
    return probabilities
  }
}
