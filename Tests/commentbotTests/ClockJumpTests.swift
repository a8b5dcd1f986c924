import CommentCore
import Foundation
import TestSupport
import Testing

/// Workers whose wall clock is set while they work.
@Suite(.timeLimit(.minutes(20))) struct ClockJumpTests {
  @Test func job_whileTheClockJumps_keepsItsLeaseAndIsDoneOnce() async throws {
    var queue = try Queue()
    let time = queue.home.file("time")
    func jump(_ seconds: String) throws { try AtomicFile.write(Data("\(seconds)\n".utf8), to: time) }
    try jump("+0")
    queue.home.environment.merge([
      "LD_PRELOAD": try Self.library(), "FAKETIME_TIMESTAMP_FILE": time.path, "FAKETIME_NO_CACHE": "1",
      // As when somebody sets the clock of a machine: its running time stays what it is.
      "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    ]) { $1 }
    let sentence = "The weather report says that rain is expected, and people should take an umbrella to the station. "
    let audio = try Speech.make(String(repeating: sentence, count: 20), at: queue.home.file("long.wav"))
    let id = try await queue.store.submit(queue.submission(audio)).job.id
    let worker = try RunningWorker(queue)
    _ = try await queue.wait(id) { $0.state == .running }
    // Reaps jobs whose lease is over, by a clock that jumps too.
    let other = try RunningWorker(queue)
    var (seen, jumps) = (0.0, ["+3600", "-3600", "+7200", "-7200"])
    let job = try await queue.wait(id) { job in
      if job.progress > seen, !jumps.isEmpty {
        seen = job.progress
        try? jump(jumps.removeFirst())
      }
      return job.state.isFinal
    }
    #expect(job.state == .succeeded && (job.attempt, job.crashes) == (1, 0), "\(worker.errors) \(other.errors)")
    let history = try await queue.store.history(of: id, owner: "ann")
    #expect(history.attempts.map(\.end) == [.succeeded])
    let events = try await queue.store.events(of: .job(id), after: 0, limit: 1000)
    #expect(events.filter { $0.kind == .state }.map(\.data).count { $0.contains("running") } == 1)
    let result = try #require(job.result)
    let transcript = try #require(try await queue.library.transcript(key: result.transcriptKey)).transcript
    #expect(events.count { $0.kind == .segment } == transcript.segments.count)
    // They have seen it.
    #expect(jumps.count <= 2, "too few windows to jump between: \(jumps)")
    let times = events.map(\.at)
    #expect(try #require(times.max()).timeIntervalSince(try #require(times.min())) > 3500, "\(times)")
    #expect(worker.stop(SIGTERM) == 0 && other.stop(SIGTERM) == 0)
  }

  /// Debian's package has one for each kind of processor.
  private static func library() throws -> String {
    let libraries = URL(filePath: "/usr/lib")
    let folders = try FileManager.default.contentsOfDirectory(at: libraries, includingPropertiesForKeys: nil)
    let found = folders.map { $0.appending(path: "faketime/libfaketimeMT.so.1").path }
    guard let path = found.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw TestFailure("libfaketime is not there; apt-get install libfaketime")
    }
    return path
  }
}
