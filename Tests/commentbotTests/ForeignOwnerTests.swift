import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// Every route with an id, and every other place where one can stand × what somebody else has.
struct ForeignOwnerTests {
  private struct Document: Decodable {
    struct Operation: Decodable {
      struct Body: Decodable {}
      var requestBody: Body?
    }
    var paths: [String: [String: Operation]]
  }

  private struct Route: CustomStringConvertible {
    var method, path: String
    var hasBody: Bool
    var description: String { "\(method) \(path)" }
    /// The last ones take away what the others need.
    var order: Int { ["get", "head", "patch", "post", "delete"].firstIndex(of: method) ?? 9 }
    var isReading: Bool { method == "get" || method == "head" }
  }

  @Test func routes_withAnotherOwnersID_areNotFound() async throws {
    let ann = try await Owner.ann()
    let bob = try ann.another("bob")
    let routes = try Self.routes(ann)
    #expect(Set(routes.map { $0.path.split(separator: "/")[1] }) == ["recordings", "jobs", "batches", "uploads"])
    // What answers its owner can refuse others: reading first, while nothing is changed.
    for route in routes where route.isReading { try Self.expect(ann, route, isFound: true) }
    for route in routes { try Self.expect(bob, route, isFound: false) }
    for route in routes { try Self.expect(ann, route, isFound: true) }
  }

  private static func routes(_ ann: Owner) throws -> [Route] {
    let document: Document = try ann.service.ask("/openapi.json").json()
    // Only ids: a model is nobody's.
    return try document.paths.filter { $0.key.contains("{id}") }.flatMap { path, operations in
      let prefix = String(path.prefix { $0 != "{" })
      let id = try #require(ann.ids[prefix], "whose ids are those of \(path)?")
      let path = path.replacing("{id}", with: id).replacing("{format}", with: "json")
      return operations.map { Route(method: $0.key, path: path, hasBody: $0.value.requestBody != nil) }
    }.sorted { ($0.order, $0.path) < ($1.order, $1.path) }
  }

  private static func expect(_ owner: Owner, _ route: Route, isFound: Bool) throws {
    let method = route.method == "head" ? ["-I"] : ["-X", route.method.uppercased()]
    let body = route.hasBody ? ["-H", "Content-Type: application/json", "-d", #"{"question": "What?"}"#] : []
    let reply = try owner.ask(
      route.path, method + body + ["-H", "Tus-Resumable: 1.0.0", "-H", "X-HTTP-Method-Override: HEAD"])
    #expect((reply.status != 404) == isFound, "\(owner.name): \(route): \(reply.status) \(reply.body)")
    #expect(reply.status < 500, "\(owner.name): \(route): \(reply.status) \(reply.body)")
  }

  @Test func queries_withAnotherOwnersID_findNothing() async throws {
    let ann = try await Owner.ann()
    let bob = try ann.another("bob")
    for path in [
      "/v1/jobs?batch=\(ann.batch)", "/v1/jobs?audio_hash=\(ann.audioHash)",
      "/v1/search?q=hello&recording=\(ann.recording)",
      "/v1/search?q=hello", "/v1/recordings", "/v1/jobs", "/v1/batches",
    ] {
      let (own, foreign) = (try ann.ask(path), try bob.ask(path))
      #expect(own.status == 200 && ann.isNamed(in: own), "\(path): \(own.body)")
      // A problem names what was asked for.
      #expect(foreign.status == 404 || foreign.status == 200 && !ann.isNamed(in: foreign), "\(path): \(foreign.body)")
    }
    let past: JobAPITests.Page = try bob.ask("/v1/jobs?cursor=\(ann.job)").json()
    #expect(past.jobs.isEmpty)
  }

  @Test func bodies_withAnotherOwnersID_makeNoJob() async throws {
    let ann = try await Owner.ann()
    let bob = try ann.another("bob")
    let before = try ann.ask("/v1/batches/\(ann.batch)").body
    for hash in [ann.recording, ann.audioHash] {
      let order = ["--json", #"{"audio_hash": "\#(hash)", "kinds": "none", "beam_size": 2}"#]
      let refused = try bob.ask("/v1/jobs", order)
      #expect(refused.status == 422 && refused.body.contains("audio_unknown"), "\(refused.body)")
      #expect(try ann.ask("/v1/jobs", order).status == 202)
      let many = ["--json", #"{"items": [{"audio_hash": "\#(hash)"}], "kinds": "none"}"#]
      #expect(try bob.ask("/v1/batches", many).json(JobAPITests.Batch.self).items.map(\.result) == ["problem"])
      #expect(try ann.ask("/v1/batches", many).json(JobAPITests.Batch.self).items.map(\.result) != ["problem"])
    }
    let file = try JobAPITests.noise("his.wav", in: ann.service)
    let form = ["-F", "batch=\(ann.batch)", "-F", "file=@\(file.path)", "-F", "kinds=none"]
    let refused = try bob.ask("/v1/jobs", form)
    #expect([404, 422].contains(refused.status), "\(refused.status) \(refused.body)")
    #expect(try ann.ask("/v1/batches/\(ann.batch)").body == before)
    #expect(try bob.ask("/v1/jobs").json(JobAPITests.Page.self).jobs.isEmpty)

    // A job that is submitted when an upload ends.
    let job = Data(#"{"batch": "\#(ann.batch)", "kinds": "none"}"#.utf8).base64EncodedString()
    let tus = ["-H", "Tus-Resumable: 1.0.0"]
    let made = try bob.ask(
      "/v1/uploads", ["-X", "POST", "-H", "Upload-Length: 4", "-H", "Upload-Metadata: job \(job)"] + tus)
    if made.status == 201 {
      let path = try #require(made.headers["location"])
      let end = try bob.ask(
        path,
        tus + [
          "-X", "PATCH", "-H", "Content-Type: application/offset+octet-stream", "-H", "Upload-Offset: 0", "-d", "RIFF",
        ])
      #expect([404, 422].contains(end.status), "\(end.status) \(end.body)")
    } else {
      #expect([404, 422].contains(made.status), "\(made.status) \(made.body)")
    }
    #expect(try ann.ask("/v1/batches/\(ann.batch)").body == before)
    #expect(try ann.ask("/v1/jobs", form).status == 202)
    #expect(try ann.ask("/v1/batches/\(ann.batch)").body != before)
  }
}

/// Somebody with a key, and what she has.
private struct Owner {
  let name: String
  let key: String
  let service: RunningService
  var recording = ""
  var job = ""
  var batch = ""
  var upload = ""
  /// Of the job's audio.
  var audioHash = ""

  /// By the beginnings of the paths that they belong to.
  var ids: [String: String] {
    ["/v1/recordings/": recording, "/v1/jobs/": job, "/v1/batches/": batch, "/v1/uploads/": upload]
  }

  /// Whether an answer tells of anything of hers.
  func isNamed(in reply: RunningService.Reply) -> Bool {
    [recording.prefix(12), job[...], batch[...], audioHash.prefix(12)].contains { reply.body.contains($0) }
  }

  func ask(_ path: String, _ arguments: [String] = []) throws -> RunningService.Reply {
    try service.ask(path, arguments + ["-H", "Authorization: Bearer \(key)"])
  }

  func another(_ name: String) throws -> Owner {
    Owner(name: name, key: try Self.makeKey(name, in: service.home), service: service)
  }

  private static func makeKey(_ name: String, in home: Installation) throws -> String {
    try home.run("keys", "create", "--owner", name).out.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// One who has a transcribed recording, a cancelled job alone and one in a batch, and an upload that goes on.
  static func ann() async throws -> Owner {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_KEY_LIMIT"] = "0"
    let recording = try await makeRecording(in: home)
    let key = try makeKey("ann", in: home)
    let service = try RunningService.server("--workers", "0", home: home)
    var ann = Owner(name: "ann", key: key, service: service, recording: recording)
    let audio = try JobAPITests.noise("hers.wav", in: service)
    let job: JobAPITests.Job = try ann.ask("/v1/jobs", ["-F", "file=@\(audio.path)", "-F", "kinds=none"]).json()
    (ann.job, ann.audioHash) = (job.id, job.audioHash)
    let other = try JobAPITests.noise("other.wav", in: service)
    let batch: JobAPITests.Batch = try ann.ask("/v1/batches", ["-F", "files=@\(other.path)", "-F", "kinds=none"]).json()
    ann.batch = batch.batch.id
    // Streams of events end where everything has ended.
    for path in ["/v1/jobs/\(ann.job)", "/v1/batches/\(ann.batch)"] {
      #expect(try ann.ask(path, ["-X", "DELETE"]).status == 200)
    }
    let made = try ann.ask("/v1/uploads", ["-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Length: 100"])
    ann.upload = try #require(made.headers["location"]?.split(separator: "/").last.map(String.init))
    return ann
  }

  private static func makeRecording(in home: Installation) async throws -> String {
    let library = try Library(at: home.file("bd/commentbot/commentbot.sqlite"))
    let file = home.file("data/inbox/\(String(repeating: "a", count: 64))")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("audio".utf8).write(to: file)
    let recording = Recording(
      sha256: file.lastPathComponent, name: "hers", path: file.path, byteCount: 5,
      facts: AudioFacts(container: "wav", codec: "pcm", sampleRate: 8000, channels: 1, duration: 1))
    let segment = Segment(
      id: 0, start: 0, end: 1, text: " Hello there.", tokens: [], temperature: 0, avgLogprob: 0, compressionRatio: 1,
      noSpeechProb: 0)
    try await library.saveTranscript(
      Transcript(
        key: "k", language: "en", languageProbability: nil, duration: 1, engine: "e", model: "m",
        options: TranscriptionOptions(), segments: [segment], dropped: []),
      of: recording, folder: "hers", owner: "ann")
    return recording.sha256
  }
}
