import CommentCore

/// The windows of one recording, decoded by libwhisper on the worker's thread.
struct LocalWindows: WindowEngine {
  let worker: WhisperWorker
  let stop: StopFlag

  func language(of windows: [AudioWindow], in plan: WindowPlan) async throws -> SpokenLanguage? {
    try await worker.language(of: windows, in: plan, stop: stop)
  }

  func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk] {
    try await worker.hear(window, as: request, in: plan, stop: stop, progress: progress)
  }
}
