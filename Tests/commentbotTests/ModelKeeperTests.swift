import CommentCore
import Foundation
import Synchronization
import Testing
import Whisper

@testable import commentbot

@Suite struct ModelKeeperTests {
  private let root = URL(filePath: #filePath).appending(path: "../../../data/models/whisper").standardizedFileURL

  private func engine() throws -> WhisperEngine {
    let weights = ["ggml-base-bf16.bin", "ggml-base.bin"].map { root.appending(path: $0) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
    return WhisperEngine(
      model: try #require(weights), identity: EngineIdentity(engine: "libwhisper", model: "base", digest: "d"),
      vadModel: root.appending(path: "ggml-silero-v6.2.0.bin"))
  }

  @Test func model_leavesMemoryAfterIdleTime_andComesBack() async throws {
    let (clock, made) = (HeldClock(), Counter())
    let keeper = ModelKeeper(idleTime: .seconds(300), clock: clock) {
      made.add()
      return try engine()
    }
    #expect(await !keeper.isLoaded)
    try await keeper.use { try await $0.load() }
    #expect(await keeper.isLoaded && made.count == 1)
    // Used again before the time is over: it starts anew.
    await clock.waitForSleeper()
    try await keeper.use { try await $0.load() }
    #expect(made.count == 1)
    await clock.waitForSleeper()
    clock.wakeAll()
    while await keeper.isLoaded { await Task.yield() }
    try await keeper.use { try await $0.load() }
    #expect(await keeper.isLoaded && made.count == 2)
  }

  @Test func model_staysWhileSomebodyWorksWithIt() async throws {
    let clock = HeldClock()
    let keeper = ModelKeeper(idleTime: .seconds(300), clock: clock) { try engine() }
    let (isOver, end) = AsyncStream<Void>.makeStream()
    let long = Task { try await keeper.use { _ in for await _ in isOver {} } }
    try await keeper.use { try await $0.load() }
    // The second one is done; the first one still works.
    #expect(clock.sleepers == 0)
    end.finish()
    try await long.value
    await clock.waitForSleeper()
    #expect(await keeper.isLoaded)
  }

  @Test func model_thatFailsToLoad_isNotCalledLoaded() async throws {
    let keeper = ModelKeeper(idleTime: .seconds(300), clock: HeldClock()) {
      WhisperEngine(
        model: URL(filePath: "/nowhere"), identity: EngineIdentity(engine: "libwhisper", model: "base", digest: "d"),
        vadModel: URL(filePath: "/nowhere"))
    }
    await #expect(throws: CommentBotError.self) { try await keeper.use { try await $0.load() } }
    #expect(await !keeper.isLoaded)
  }
}

private final class Counter: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock(\.self) }
  func add() { value.withLock { $0 += 1 } }
}

/// Who sleeps by it wakes when told to, or when cancelled.
private final class HeldClock: Clock {
  struct Instant: InstantProtocol {
    var offset = Duration.zero
    func advanced(by duration: Duration) -> Self { Self(offset: offset + duration) }
    func duration(to other: Self) -> Duration { other.offset - offset }
    static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }
  }

  private struct State {
    var next = 0
    var sleepers: [Int: CheckedContinuation<Void, any Error>] = [:]
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())
  let now = Instant()
  let minimumResolution = Swift.Duration.nanoseconds(1)

  var sleepers: Int { state.withLock { $0.sleepers.count } }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if state.cancelled.contains(id) { return true }
          state.sleepers[id] = continuation
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        state.cancelled.insert(id)
        return state.sleepers.removeValue(forKey: id)
      }
      sleeper?.resume(throwing: CancellationError())
    }
  }

  func waitForSleeper() async {
    while sleepers == 0 { await Task.yield() }
  }

  func wakeAll() {
    let all = state.withLock { state in
      defer { state.sleepers = [:] }
      return Array(state.sleepers.values)
    }
    for sleeper in all { sleeper.resume() }
  }
}
