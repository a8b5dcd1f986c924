import CWhisper
import CommentCore

/// What is heard of a window, and libwhisper's working memory for it: passes share the spectrum, which takes as long as
/// a tenth of the encoder.
final class HeardSound {
  private let samples: [Float]
  private let memory: WhisperMemory
  private var states: [WhisperMemory.Use: WhisperState] = [:]

  init(_ samples: [Float], in memory: WhisperMemory) {
    // Of no samples libwhisper takes the spectrum that it had before.
    precondition(!samples.isEmpty)
    self.samples = samples
    self.memory = memory
  }

  deinit {
    for (use, state) in states { memory.giveBack(state, for: use) }
  }

  /// - Parameter use: nil is for one pass, with a state that nobody has used before.
  /// - Returns: the state, and the samples that it has not heard yet; none when the spectrum is there.
  func state(for use: WhisperMemory.Use?) throws -> (state: WhisperState, unheard: [Float]) {
    guard let use else { return (try WhisperState(memory.model), samples) }
    if let state = states[use] { return (state, []) }
    let state = try memory.takeState(for: use)
    states[use] = state
    return (state, samples)
  }
}
