import CommentCore
import Whisper

/// Makes the engine when it is needed and frees it, with its models' memory, when it was idle for a while.
actor ModelKeeper {
  private let idleTime: Duration
  private let clock: any Clock<Duration>
  private let make: @Sendable () throws -> WhisperEngine
  private var engine: WhisperEngine?
  private var countdown: Task<Void, Never>?
  private var users = 0

  /// - Parameter clock: measures the idle time.
  init(
    idleTime: Duration, clock: any Clock<Duration> = ContinuousClock(),
    make: @escaping @Sendable () throws -> WhisperEngine
  ) {
    self.idleTime = idleTime
    self.clock = clock
    self.make = make
  }

  /// Whether the model is in memory.
  var isLoaded: Bool {
    get async { await engine?.isLoaded ?? false }
  }

  /// Does the work with the engine, which stays for the idle time after it.
  func use<Result: Sendable>(_ work: @Sendable (WhisperEngine) async throws -> Result) async throws -> Result {
    countdown?.cancel()
    users += 1
    defer {
      users -= 1
      if users == 0 { startCountdown() }
    }
    let engine = try engine ?? make()
    self.engine = engine
    return try await work(engine)
  }

  private func startCountdown() {
    if idleTime == .zero {
      engine = nil
      return
    }
    countdown = Task {
      // It ends early only when the engine is used again.
      guard (try? await clock.sleep(for: idleTime)) != nil, !Task.isCancelled else { return }
      engine = nil
    }
  }

}
