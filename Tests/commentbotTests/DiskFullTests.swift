import Foundation
import TestSupport
import Testing

/// A server whose disk becomes full, in each place where it writes much.
@Suite(.timeLimit(.minutes(60))) struct DiskFullTests {
  private struct State: Decodable {
    struct Failure: Decodable {
      var code, cause: String
    }
    var state: String
    var attempt: Int
    var lastError: Failure?
  }

  private static func check(_ reply: RunningService.Reply, _ service: RunningService) throws {
    #expect(reply.status == 507 && reply.headers["content-type"] == "application/problem+json", "\(reply)")
    #expect(try reply.json(ProblemJSON.self).code == "disk_full")
    #expect(!reply.body.contains(service.home.scratch.url.path), "\(reply.body)")
  }

  @Test func upload_withoutRoom_leavesNothing() throws {
    let disk = SmallDisk(folder: "data/inbox", kilobytes: 1024)
    let service = try RunningService.server("--workers", "0", disk: disk)
    let large = try JobAPITests.noise("large.wav", in: service, seconds: 60)
    try Self.check(try service.ask("/v1/jobs", "-F", "file=@\(large.path)"), service)
    #expect(try disk.files(in: service).isEmpty)
    #expect(try service.ask("/v1/jobs").body.contains(#""jobs":[]"#))
    // There is room for a small one, so that it is taken.
    let small = try JobAPITests.noise("small.wav", in: service)
    #expect(try service.ask("/v1/jobs", "-F", "file=@\(small.path)").status == 202)
  }

  @Test func resumableUpload_withoutRoom_staysWhereItWasAndGoesOnOnceThereIs() throws {
    let disk = SmallDisk(folder: "data/inbox", kilobytes: 4096)
    let service = try RunningService.server("--workers", "0", disk: disk)
    let audio = try JobAPITests.noise("a.wav", in: service, seconds: 60)
    let length = try Data(contentsOf: audio).count
    let path = try #require(try ResumableUploadTests.create(service, length).headers["location"])
    try disk.fill(service)
    try Self.check(try ResumableUploadTests.patch(service, path, at: 0, audio), service)
    let head = try ResumableUploadTests.ask(service, "HEAD", path, ResumableUploadTests.tus)
    #expect(head.status == 200 && head.headers["upload-offset"] == "0")
    // Not even another one may be begun with half a file.
    #expect(try disk.files(in: service).filter { $0.key != "filler" }.values.allSatisfy { $0 == 0 })

    try disk.empty(service)
    let end = try ResumableUploadTests.patch(service, path, at: 0, audio)
    #expect(end.status == 204 && end.headers["upload-offset"] == "\(length)", "\(end.body)")
  }

  @Test func submission_withoutRoomInTheDatabase_isTakenOnceThereIs() throws {
    let disk = SmallDisk(folder: "bd", kilobytes: 8192)
    let service = try RunningService.server("--workers", "0", disk: disk)
    let audio = try JobAPITests.noise("a.wav", in: service)
    try disk.fill(service)
    // There may be room in its log for a few more.
    var reply: RunningService.Reply
    var count = 0
    repeat {
      reply = try service.ask("/v1/jobs", "-F", "priority=1", "-F", "kinds=none", "-F", "file=@\(audio.path)")
      count += 1
      if reply.status == 202 { reply = try service.ask("/v1/batches", "--json", #"{"items": []}"#) }
    } while reply.status == 202 && count < 200
    try Self.check(reply, service)
    let ready = try service.ask("/health/ready")
    #expect(try ready.status == 503 && ready.json(ReadinessJSON.self).checks["disk"]?.code == "disk_full")

    try disk.empty(service)
    #expect(try service.ask("/v1/batches", "--json", #"{"items": []}"#).status == 202)
    #expect(try service.ask("/v1/jobs", "-F", "file=@\(audio.path)").status == 202)
  }

  /// While it decodes, and while it stores the transcript.
  @Test(arguments: ["data/audio-cache", "data/transcripts"])
  func job_withoutRoom_waitsWithTheWholeQueueAndGoesOnOnceThereIs(folder: String) async throws {
    var home = try Installation()
    home.environment["COMMENTBOT_LLM_ENGINE"] = "none"
    let disk = SmallDisk(folder: folder, kilobytes: 8192)
    let service = try RunningService.server("--workers", "1", home: home, disk: disk)
    func submit(_ name: String, _ text: String) throws -> String {
      let audio = try Speech.make(text, at: home.file(name))
      let reply = try service.ask("/v1/jobs", "-F", "kinds=none", "-F", "file=@\(audio.path)")
      return try reply.json(JobAPITests.Job.self).id
    }
    func wait(_ id: String, until isSo: (State) -> Bool) async throws -> State {
      while true {
        let state: State = try service.ask("/v1/jobs/\(id)").json()
        if isSo(state) { return state }
        try await Queue.pause()
      }
    }
    try disk.fill(service)
    let first = try submit("a.wav", "The committee will meet on Monday.")
    let waiting = try await wait(first) { $0.lastError != nil }
    #expect(waiting.state == "queued" && waiting.attempt == 1 && waiting.lastError?.code == "disk_full")
    #expect(waiting.lastError?.cause.contains("no space left") == true)
    #expect(try disk.files(in: service).keys.filter { $0 != "filler" } == [])

    // No other job is tried against the full disk, however often the worker looks.
    let second = try submit("b.wav", "The budget was presented on Tuesday.")
    let told = try service.errors.components(separatedBy: "no job is taken until there is room").count
    while try service.errors.components(separatedBy: "no job is taken until there is room").count < told + 2 {
      try await Queue.pause()
    }
    let untouched: State = try service.ask("/v1/jobs/\(second)").json()
    #expect(untouched.state == "queued" && untouched.attempt == 0)

    try disk.empty(service)
    for id in [first, second] {
      let end = try await wait(id) { ["succeeded", "failed", "cancelled"].contains($0.state) }
      #expect(end.state == "succeeded", "\(end)")
    }
    #expect(try disk.files(in: service).keys.allSatisfy { !$0.hasSuffix(".tmp") })
  }

  /// The transcript's rows and the job's end have to wait both.
  @Test func job_whoseDatabaseHasNoRoom_endsOnceThereIs() async throws {
    var home = try Installation()
    home.environment["COMMENTBOT_LLM_ENGINE"] = "none"
    home.environment["COMMENTBOT_FAILPOINTS"] = "before-store=stop:1"
    let disk = SmallDisk(folder: "bd", kilobytes: 16384)
    let service = try RunningService.server("--workers", "1", home: home, disk: disk)
    let pid = service.process.processIdentifier
    let audio = try Speech.make("The committee will meet on Monday.", at: home.file("a.wav"))
    let id = try service.ask("/v1/jobs", "-F", "kinds=none", "-F", "file=@\(audio.path)").json(JobAPITests.Job.self).id
    while try !String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).contains(") T ") { try await Queue.pause() }
    try disk.fill(service)
    kill(pid, SIGCONT)
    while try !service.errors.contains("disk_full") { try await Queue.pause() }
    #expect(try service.ask("/health/live").status == 200)
    try disk.empty(service)
    while true {
      // It stands still again before it stores.
      kill(pid, SIGCONT)
      let state: State = try service.ask("/v1/jobs/\(id)").json()
      #expect(state.state != "failed", "\(state)")
      if !["queued", "running"].contains(state.state) { break }
      try await Queue.pause()
    }
    #expect(try service.ask("/v1/jobs/\(id)").json(State.self).state == "succeeded")
  }
}
