import CommentCore
import Foundation

/// Finds the speech of a recording and cuts windows out of it, on a thread of its own.
actor SpeechFinder {
  private let executor = BlockingExecutor(label: "commentbot.speech")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  private let model: URL
  private let verify: @Sendable () throws -> Void
  private var loadedModel: VoiceActivityModel?

  /// - Parameter verify: called before the model is loaded; throws when the file is damaged.
  init(model: URL, verify: @escaping @Sendable () throws -> Void) {
    self.model = model
    self.verify = verify
  }

  func load() throws {
    if loadedModel != nil { return }
    try verify()
    loadedModel = try VoiceActivityModel(url: model)
  }

  func plan(
    of audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow], stop: StopFlag
  ) throws -> WindowPlan {
    try load()
    let activity = try loadedModel?.activity(in: audio, stop: stop) ?? VoiceActivity(probabilities: [])
    return WindowPlan(of: audio, options: options, activity: activity, after: finished)
  }

  /// A WAV file of what is to be heard of the window.
  func wav(of window: AudioWindow, in plan: WindowPlan) -> Data { AudioSamples.wav(plan.samples(in: window.pieces)) }
}
