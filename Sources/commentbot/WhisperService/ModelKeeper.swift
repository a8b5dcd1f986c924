import Whisper

/// Makes the engine when it is needed and frees it, with its models' memory, when it was idle for a while.
actor ModelKeeper {
  private let idleTime: Duration
  private let make: @Sendable () throws -> WhisperEngine
  private var engine: WhisperEngine?
  private var countdown: Task<Void, Never>?

  init(idleTime: Duration, make: @escaping @Sendable () throws -> WhisperEngine) {
    self.idleTime = idleTime
    self.make = make
  }

  var isLoaded: Bool { engine != nil }

  /// Does the work with the engine, which stays for the idle time after it.
  func use<Result: Sendable>(_ work: @Sendable (WhisperEngine) async throws -> Result) async throws -> Result {
    countdown?.cancel()
    let engine = try engine ?? make()
    self.engine = engine
    defer { startCountdown() }
    return try await work(engine)
  }

  private func startCountdown() {
    if idleTime == .zero {
      engine = nil
      return
    }
    countdown = Task {
      // It ends early only when the engine is used again.
      guard (try? await Task.sleep(for: idleTime)) != nil else { return }
      if !Task.isCancelled { engine = nil }
    }
  }
}
