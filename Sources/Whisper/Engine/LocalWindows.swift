import CommentCore

/// The windows of one recording, decoded by libwhisper in this process.
struct LocalWindows: WindowEngine {
  private let worker: WhisperWorker
  private let stop: StopFlag
  /// Threads that one window is decoded with.
  private let threads: Int

  init(worker: WhisperWorker, stop: StopFlag) {
    self.init(worker, stop, threads: worker.threads)
  }

  private init(_ worker: WhisperWorker, _ stop: StopFlag, threads: Int) {
    (self.worker, self.stop, self.threads) = (worker, stop, threads)
  }

  var half: LocalWindows? { threads > 1 ? LocalWindows(worker, stop, threads: threads / 2) : nil }

  func language(of windows: [AudioWindow], in plan: WindowPlan) async throws -> SpokenLanguage? {
    try await worker.working(threads: threads, for: plan.options) { lane, model in
      try await lane.language(of: windows, in: plan, by: model, threads: threads, stop: stop)
    }
  }

  func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk] {
    try await worker.working(threads: threads, for: plan.options) { lane, model in
      try await lane.hear(
        window, as: request, in: plan, by: model, threads: threads, stop: stop, progress: progress)
    }
  }

  /// See ``WhisperEngine/answer(_:hearing:)``.
  func answer(_ request: WindowRequest, _ samples: [Float]) async throws -> WindowReply {
    try await worker.working(threads: threads, for: request.options) { lane, model in
      try await lane.answer(request, samples, by: model, threads: threads, stop: stop)
    }
  }
}
