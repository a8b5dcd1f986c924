import CommentCore

/// The windows of one recording, decoded by libwhisper in this process.
struct LocalWindows: WindowEngine {
  let worker: WhisperWorker
  let stop: StopFlag

  var takesPairs: Bool { true }

  func language(of windows: [AudioWindow], in plan: WindowPlan) async throws -> SpokenLanguage? {
    try await worker.working(for: plan.options) { lane, model in
      try await lane.language(of: windows, in: plan, by: model, stop: stop)
    }
  }

  func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan, isAlone: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk] {
    try await worker.working(for: plan.options) { lane, model in
      try await lane.hear(window, as: request, in: plan, isAlone: isAlone, by: model, stop: stop, progress: progress)
    }
  }

  /// See ``WhisperEngine/answer(_:hearing:)``.
  func answer(_ request: WindowRequest, _ samples: [Float]) async throws -> WindowReply {
    try await worker.working(for: request.options) { lane, model in
      try await lane.answer(request, samples, by: model, stop: stop)
    }
  }
}
