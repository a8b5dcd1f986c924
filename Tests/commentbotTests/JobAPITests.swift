import Foundation
import TestSupport
import Testing

/// The writing side of the API, by curl and the real server.
@Suite struct JobAPITests {
  struct Job: Decodable {
    var id, state, name, audioHash: String
    var stage: String?
    var progress: Double
    var priority: Int
    var batch: String?
    var links: [String: String]
    var attempts: [Attempt]?

    struct Attempt: Decodable {
      var end: String?
    }
  }
  struct Page: Decodable {
    struct Line: Decodable {
      var id, state, name: String
    }
    var jobs: [Line]
    var next: String?
  }
  struct Batch: Decodable {
    struct View: Decodable {
      var id: String
      var finished: Bool
      var counts: [String: Int]
    }
    struct Item: Decodable {
      var name: String?
      var result: String
      var job: Job?
      var problem: Problem?
    }
    var batch: View
    var items: [Item]
  }
  struct Changed: Decodable {
    var changed: Int
    var batch: Batch.View
  }
  struct Problem: Decodable {
    var status: Int
    var code: String
    var param: String?
    var detail: String
  }

  /// A second of noise of its own.
  static func noise(_ name: String, in service: RunningService, seconds: Double = 1) throws -> URL {
    let url = service.home.file(name)
    let made = try Command.run("sox", ["-n", "-r", "16000", "-c", "1", url.path, "synth", "\(seconds)", "whitenoise"])
    if made.status != 0 { throw TestFailure("sox: \(made.error)") }
    return url
  }

  @Test func upload_submitted_isDoneAndToldEventByEvent() throws {
    let service = try RunningService.server("--workers", "1")
    let audio = try Speech.make("The committee will meet on Monday.", at: service.home.file("talk.wav"))

    let reply = try service.ask("/v1/jobs", "-F", "kinds=none", "-F", "file=@\(audio.path)")
    let job: Job = try reply.json()
    #expect(reply.status == 202)
    #expect(reply.headers["location"] == "/v1/jobs/\(job.id)")
    #expect(job.name == "talk.wav")

    let events = try service.ask("/v1/jobs/\(job.id)/events", "-N").body
    let kinds = events.components(separatedBy: "\n").filter { $0.hasPrefix("event: ") }
    #expect(kinds.first == "event: state" && kinds.last == "event: state")
    #expect(kinds.contains("event: segment") && kinds.contains("event: stage"))
    #expect(events.contains("Monday"))
    let numbers = events.components(separatedBy: "\n").compactMap { $0.hasPrefix("id: ") ? Int($0.dropFirst(4)) : nil }
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)

    let rest = try service.ask(
      "/v1/jobs/\(job.id)/events", "-N", "-H", "Last-Event-ID: \(numbers.dropLast().last ?? 0)")
    #expect(rest.body.components(separatedBy: "\n").filter { $0.hasPrefix("id: ") } == ["id: \(numbers.last ?? 0)"])
    let after = try service.ask("/v1/jobs/\(job.id)/events?after=\(numbers.last ?? 0)", "-N")
    #expect(!after.body.contains("event:"))

    let done: Job = try service.ask("/v1/jobs/\(job.id)").json()
    #expect(done.state == "succeeded" && done.progress == 1 && done.attempts?.map(\.end) == ["succeeded"])
    #expect(done.links["recording"] == "/v1/recordings/\(done.audioHash)")
    try Self.expectFigures(ofAJobDoneBy: service)

    // The same once more is the same job, with its result.
    let again = try service.ask("/v1/jobs", "-F", "file=@\(audio.path)", "-F", "kinds=none")
    #expect(again.status == 200)
    #expect(try again.json(Job.self).id == job.id)
    let byHash = try service.ask(
      "/v1/jobs", "--json", "{\"audio_hash\": \"\(done.audioHash)\", \"kinds\": \"none\", \"beam_size\": 2}")
    #expect(byHash.status == 202)
    #expect(try byHash.json(Job.self).name == "talk.wav")
  }

  /// No language model was asked, and nothing was dropped.
  private static func expectFigures(ofAJobDoneBy service: RunningService) throws {
    let metrics = try PrometheusText(service.ask("/metrics").body)
    #expect(metrics.values[#"commentbot_job_attempts_total{end="succeeded"}"#] == 1)
    #expect(metrics.values[#"commentbot_jobs{state="succeeded"}"#] == 1)
    #expect(metrics.values[#"commentbot_stage_seconds_count{stage="transcribe"}"#] == 1)
    #expect(metrics.values[#"commentbot_stage_seconds_sum{stage="transcribe"}"#] ?? 0 > 0)
    #expect(metrics.values["commentbot_transcribed_seconds_total"] ?? 0 > 1)
    #expect(metrics.values["commentbot_real_time_factor"] ?? 0 > 0)
    for direction in ["prompt", "output"] {
      #expect(metrics.values["commentbot_tokens_total{direction=\"\(direction)\"}"] == 0)
    }
    #expect(!metrics.values.keys.contains { $0.hasPrefix("commentbot_dropped_seconds_total") })
  }

  @Test func options_thatAreWrong_areRefusedByTheirName() throws {
    let service = try RunningService.server("--workers", "0")
    let audio = try Self.noise("a.wav", in: service)

    for (field, value) in [
      ("beam_size", "99"), ("language", "klingon"), ("temperature", "hot"), ("kinds", "gossip"), ("priority", "1000"),
      ("glossary", "/etc/passwd"), ("whisper_url", "http://example.org"), ("threads", "64"), ("llm", "none"),
      ("model", "/etc/passwd"), ("nonsense", "1"), ("callback_url", "ftp://example.org"), ("audio_hash", "12"),
      ("language", "--task=translate"),
    ] {
      let reply = try service.ask("/v1/jobs", "-F", "file=@\(audio.path)", "-F", "\(field)=\(value)")
      let problem: Problem = try reply.json()
      #expect(reply.status == 422 && problem.param == field, "\(field)=\(value): \(reply.body)")
    }
    let mixed = try service.ask(
      "/v1/jobs", "--json", #"{"path": "/etc/passwd", "temperature": 7, "beam_size": 3}"#)
    #expect(try mixed.json(Problem.self).param == "temperature")
    let page: Page = try service.ask("/v1/jobs").json()
    #expect(page.jobs.isEmpty)
  }

  @Test func idempotencyKey_repeated_standsForOneOrder() throws {
    let service = try RunningService.server("--workers", "0")
    let (first, second) = (try Self.noise("a.wav", in: service), try Self.noise("b.wav", in: service))
    func submit(_ file: URL, _ key: String) throws -> RunningService.Reply {
      try service.ask("/v1/jobs", "-H", "Idempotency-Key: \(key)", "-F", "file=@\(file.path)")
    }
    let job: Job = try submit(first, "one").json()
    let same = try submit(first, "one")
    #expect(same.status == 202)
    #expect(try same.json(Job.self).id == job.id)
    let other = try submit(second, "one")
    #expect(other.status == 422)
    #expect(try other.json(Problem.self).code == "idempotency_key_reused")
  }

  @Test func paths_areTakenFromAllowedFoldersOnly_whereverLinksLead() throws {
    let home = try Installation()
    let allowed = home.file("allowed")
    try FileManager.default.createDirectory(at: allowed, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(at: home.file("allowed-not"), withIntermediateDirectories: true)
    for name in ["allowed/in.wav", "allowed-not/out.wav"] { try Data(name.utf8).write(to: home.file(name)) }
    try FileManager.default.createSymbolicLink(
      at: allowed.appending(path: "link.wav"), withDestinationURL: home.file("allowed-not/out.wav"))
    let service = try RunningService.server("--workers", "0", "--allow-path", allowed.path, home: home)
    func submit(_ path: String) throws -> RunningService.Reply {
      try service.ask("/v1/jobs", "--json", "{\"path\": \"\(path)\"}")
    }
    #expect(try submit(allowed.path + "/in.wav").status == 202)
    for path in ["/link.wav", "/../allowed-not/out.wav", "-not/out.wav", "/none.wav", ""] {
      let reply = try submit(allowed.path + path)
      #expect(reply.status == (path == "" ? 400 : 422), "\(path): \(reply.body)")
    }
    #expect(try submit("in.wav").status == 422)

    let closed = try RunningService.server("--workers", "0")
    #expect(try closed.ask("/v1/jobs", "--json", "{\"path\": \"\(allowed.path)/in.wav\"}").status == 403)
  }

  @Test func jobs_listedAndChanged_byStateAndPage() throws {
    let service = try RunningService.server("--workers", "0")
    var ids: [String] = []
    for name in ["a.wav", "b.wav", "c.wav"] {
      ids.append(try service.ask("/v1/jobs", "-F", "file=@\(try Self.noise(name, in: service).path)").json(Job.self).id)
    }
    let first: Page = try service.ask("/v1/jobs?limit=2").json()
    #expect(first.jobs.map(\.id) == [ids[2], ids[1]])
    let second: Page = try service.ask("/v1/jobs?limit=2&cursor=\(first.next ?? "")").json()
    #expect(second.jobs.map(\.id) == [ids[0]] && second.next == nil)

    let cancelled: Job = try service.ask("/v1/jobs/\(ids[0])", "-X", "DELETE").json()
    #expect(cancelled.state == "cancelled")
    let list: Page = try service.ask("/v1/jobs?state=cancelled,failed").json()
    #expect(list.jobs.map { [$0.id, $0.state, $0.name] } == [[ids[0], "cancelled", "a.wav"]])
    #expect(try service.ask("/v1/jobs/\(ids[0])/retry", "-X", "POST").status == 202)
    #expect(try service.ask("/v1/jobs/\(ids[1])/retry", "-X", "POST").status == 400)
    #expect(try service.ask("/v1/jobs/none").status == 404)
    #expect(try service.ask("/v1/jobs/none/events").status == 404)
    #expect(try service.ask("/v1/jobs?state=lost").status == 400)
  }

  @Test func batch_ofManyFiles_tellsOfEachAndIsCancelledAndRetried() throws {
    let service = try RunningService.server("--workers", "0")
    let (a, b) = (try Self.noise("a.wav", in: service), try Self.noise("b.wav", in: service))
    try Data().write(to: service.home.file("empty.wav"))

    let reply = try service.ask(
      "/v1/batches", "-F", "name=Monday", "-F", "files=@\(a.path)", "-F", "files=@\(b.path)",
      "-F", "files=@\(a.path)", "-F", "files=@\(service.home.file("empty.wav").path)", "-F", "kinds=none")
    let made: Batch = try reply.json()
    #expect(reply.status == 202)
    #expect(made.items.map(\.result) == ["accepted", "accepted", "duplicate", "problem"])
    #expect(made.items.last?.problem?.code == "empty_file")
    #expect(made.batch.counts["queued"] == 2 && !made.batch.finished)

    let path = "/v1/batches/\(made.batch.id)"
    let cancelled: Changed = try service.ask(path, "-X", "DELETE").json()
    #expect(cancelled.changed == 2 && cancelled.batch.finished)
    let events = try service.ask(path + "/events", "-N").body
    #expect(events.components(separatedBy: "\"cancelled\"").count == 3)
    let retried: Changed = try service.ask(path + "/retry", "-X", "POST").json()
    #expect(retried.changed == 2 && retried.batch.counts["queued"] == 2)

    let hash = made.items[0].job?.audioHash ?? ""
    let json: Batch = try service.ask(
      "/v1/batches", "--json",
      "{\"kinds\": [\"summary\"], \"items\": [{\"audio_hash\": \"\(hash)\"}, {\"path\": \"/etc/passwd\"}]}"
    ).json()
    #expect(json.items.map(\.result) == ["accepted", "problem"])
    #expect(try service.ask("/v1/batches", "--json", #"{"beam_size": 99, "items": []}"#).status == 422)
  }

  @Test func queue_thatIsFull_sendsTheOwnerAway() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_JOBS_QUEUE_DEPTH"] = "1"
    let service = try RunningService.server("--workers", "0", home: home)
    let audio = try Self.noise("a.wav", in: service)
    #expect(try service.ask("/v1/jobs", "-F", "file=@\(audio.path)").status == 202)
    let reply = try service.ask("/v1/jobs", "-F", "file=@\(audio.path)", "-F", "kinds=none")
    #expect(reply.status == 429 && reply.headers["retry-after"] != nil)
  }

  @Test func upload_brokenOffOrTooLarge_leavesNothing() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_JOBS_MAX_BYTES"] = "1000"
    let service = try RunningService.server("--workers", "0", home: home)
    let audio = try Self.noise("a.wav", in: service)
    #expect(try service.ask("/v1/jobs", "-F", "file=@\(audio.path)").status == 413)
    let cut = home.file("cut")
    try Data(
      "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\(String(repeating: "a", count: 900))"
        .utf8
    ).write(to: cut)
    let reply = try service.ask(
      "/v1/jobs", "-H", "Content-Type: multipart/form-data; boundary=x", "--data-binary", "@\(cut.path)")
    #expect(reply.status == 400)
    let files = try FileManager.default.subpathsOfDirectory(atPath: home.file("data/inbox").path)
    #expect(files.isEmpty)
  }
}
