import CommentCore
import Foundation
import TestSupport
import Testing

/// The real worker while its wall clock jumps, by libfaketime. Leases go by the running time and by counters.
@Suite(.timeLimit(.minutes(60))) struct ClockJumpTests {
  @Test func worker_whoseClockJumps_keepsItsLease() async throws {
    var queue = try Queue()
    let sentence = "The weather report says that rain is expected, and people should take an umbrella to the station. "
    let audio = try Speech.make(String(repeating: sentence, count: 10), at: queue.home.file("long.wav"))
    let id = try await queue.store.submit(queue.submission(audio)).job.id
    let clock = queue.home.file("clock")
    let honest = queue
    queue.home.environment.merge([
      "LD_PRELOAD": try Self.libraries(in: queue.home), "FAKETIME_TIMESTAMP_FILE": clock.path, "FAKETIME_NO_CACHE": "1",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    ]) { $1 }
    func jump(_ hours: Int) throws { try Data("\(hours >= 0 ? "+" : "")\(hours * 3600)\n".utf8).write(to: clock) }
    try jump(0)
    let worker = try RunningWorker(queue, lease: 3)
    _ = try await queue.wait(id) { $0.state == .running }
    // Another one looks for workers that have died, by a clock that does not jump.
    let other = try RunningWorker(honest, lease: 3)
    for hours in [1, -1, 0] {
      try jump(hours)
      let start = try #require(try await Self.beat(queue, id), "the job has ended too soon")
      while try #require(try await Self.beat(queue, id), "the job has ended too soon") < start + 3 {
        try await Queue.pause()
      }
    }
    let job = try await queue.ended(id)
    #expect((job.state, job.attempt, job.crashes) == (.succeeded, 1, 0), "\(worker.errors)\(other.errors)")
    #expect(try await queue.store.history(of: id, owner: "ann").attempts.map(\.end) == [.succeeded])
    let events = try await queue.store.events(of: .job(id), after: 0, limit: 1000).filter { $0.kind == .state }
    let states = ["queued", "running", "succeeded"]
    #expect(events.count == states.count && zip(events, states).allSatisfy { $0.data.contains($1) }, "\(events)")
    #expect(worker.stop(SIGTERM) == 0)
    #expect(other.stop(SIGTERM) == 0)
  }

  /// How often the job's heart has beaten; nil when it does not run.
  private static func beat(_ queue: Queue, _ id: String) async throws -> Int64? {
    try await queue.store.pulses().first { $0.lease.job == id }.map { Int64($0.beat) }
  }

  /// What makes a process see another time. libfaketime moves timers of the running clock too, as no kernel does.
  private static func libraries(in home: Installation) throws -> String {
    let found = try Command.run("sh", ["-c", "ls /usr/lib/*/faketime/libfaketimeMT.so.1"])
    guard found.status == 0 else { throw TestFailure("apt-get install libfaketime: \(found.error)") }
    let (source, timers) = (home.file("timers.c"), home.file("timers.so"))
    try Data(
      """
      #include <sys/syscall.h>
      #include <sys/timerfd.h>
      #include <unistd.h>
      int timerfd_settime(int fd, int flags, const struct itimerspec *new_value, struct itimerspec *old_value) {
        return syscall(SYS_timerfd_settime, fd, flags, new_value, old_value);
      }
      """.utf8
    ).write(to: source)
    let compiled = try Command.run("clang", ["-shared", "-fPIC", "-o", timers.path, source.path])
    guard compiled.status == 0 else { throw TestFailure("clang: \(compiled.error)") }
    return timers.path + " " + found.out.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
