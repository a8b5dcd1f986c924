import CWhisper
import CommentCore

/// What is heard of a window, and libwhisper's working memory for it: passes share the spectrum, which takes as long as a
/// tenth of the encoder.
final class HeardSound {
  private let samples: [Float]
  private let model: WhisperModel
  private var states: [WhisperModel.StateUse: WhisperState] = [:]

  init(_ samples: [Float], for model: WhisperModel) {
    // Of no samples libwhisper takes the spectrum that it had before.
    precondition(!samples.isEmpty)
    self.samples = samples
    self.model = model
  }

  deinit {
    for (use, state) in states { model.giveBack(state, for: use) }
  }

  /// - Parameter use: nil is for one pass, with memory that nobody has used before.
  /// - Returns: the memory, and the samples that it has not heard yet; none when the spectrum is there.
  func memory(for use: WhisperModel.StateUse?) throws -> (state: WhisperState, unheard: [Float]) {
    guard let use else { return (try WhisperState(model), samples) }
    if let state = states[use] { return (state, []) }
    let state = try model.takeState(for: use)
    states[use] = state
    return (state, samples)
  }
}
