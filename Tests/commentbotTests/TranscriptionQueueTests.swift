import Testing

@testable import commentbot

@Suite struct TranscriptionQueueTests {
  @Test(.timeLimit(.minutes(60))) func turns_ofSeveral_comeInTheOrderOfAsking() async throws {
    let queue = TranscriptionQueue(capacity: 10)
    let (turns, order) = AsyncStream<Int>.makeStream()
    let first = try queue.reserve()
    var tasks: [Task<Void, any Error>] = []
    try await first.turn {
      for number in 0..<5 {
        let place = try queue.reserve()
        tasks.append(Task { try await place.turn { _ = order.yield(number) } })
        // Each one waits before the next one asks.
        while queue.waitingCount <= number { await Task.yield() }
      }
      order.yield(-1)
    }
    for task in tasks { try await task.value }
    order.finish()
    #expect(await turns.reduce(into: []) { $0.append($1) } == [-1, 0, 1, 2, 3, 4])
  }

  @Test(.timeLimit(.minutes(60))) func turn_cancelledWhileItWaits_leavesTheOthersTheirs() async throws {
    let queue = TranscriptionQueue(capacity: 10)
    let (first, second, third) = (try queue.reserve(), try queue.reserve(), try queue.reserve())
    var last: Task<Int, any Error>?
    try await first.turn {
      let cancelled = Task { try await second.turn { 2 } }
      while queue.waitingCount < 1 { await Task.yield() }
      last = Task { try await third.turn { 3 } }
      while queue.waitingCount < 2 { await Task.yield() }
      cancelled.cancel()
      await #expect(throws: CancellationError.self) { try await cancelled.value }
    }
    #expect(try await last?.value == 3)
  }

  @Test func reserve_allPlacesTaken_isRefusedUntilOneIsFree() throws {
    let queue = TranscriptionQueue(capacity: 1)
    var place: TranscriptionQueue.Place? = try queue.reserve()
    #expect(throws: ServiceFailure.self) { try queue.reserve() }
    withExtendedLifetime(place) {}
    place = nil
    #expect(queue.depth == 0)
    _ = try queue.reserve()
  }

  @Test(.timeLimit(.minutes(60))) func stop_sendsAwayWhoWaitsAndWhoComes() async throws {
    let queue = TranscriptionQueue(capacity: 10)
    let (first, second) = (try queue.reserve(), try queue.reserve())
    let result = try await first.turn {
      let waiting = Task { try await second.turn { 2 } }
      while queue.waitingCount < 1 { await Task.yield() }
      queue.stop()
      await #expect(throws: ServiceFailure.self) { try await waiting.value }
      return 1
    }
    #expect(result == 1)
    #expect(throws: ServiceFailure.self) { try queue.reserve() }
  }
}
