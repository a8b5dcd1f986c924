import Foundation
import TestSupport
import Testing

/// The tus protocol by curl; `Tests/conformance/tus.sh` drives a client of others.
@Suite struct ResumableUploadTests {
  static let tus = ["-H", "Tus-Resumable: 1.0.0"]
  private static let bytes = ["-H", "Content-Type: application/offset+octet-stream"]

  private struct State: Decodable {
    var offset, length: Int
    var audioHash: String?
    var job: String?
  }

  static func ask(
    _ service: RunningService, _ method: String, _ path: String, _ arguments: [String]
  ) throws -> RunningService.Reply {
    let file = service.home.file("curl-\(UUID().uuidString)")
    // curl's own configuration, because the number of arguments is not known here.
    let pairs = stride(from: 0, to: arguments.count, by: 2).map { "\(arguments[$0]) = \"\(arguments[$0 + 1])\"\n" }
    let lines = pairs.map {
      $0.replacing("-H = ", with: "header = ").replacing("--data-binary = ", with: "data-binary = ")
    }
    try Data(lines.joined().utf8).write(to: file)
    let verb = method == "HEAD" ? ["--head"] : ["-X", method]
    return try service.ask(path, "-K", file.path, verb[0], verb.count > 1 ? verb[1] : "--no-progress-meter")
  }

  static func create(
    _ service: RunningService, _ length: Int, _ metadata: String = ""
  ) throws -> RunningService.Reply {
    let extra = metadata.isEmpty ? [] : ["-H", "Upload-Metadata: \(metadata)"]
    return try ask(service, "POST", "/v1/uploads", tus + ["-H", "Upload-Length: \(length)"] + extra)
  }

  static func patch(
    _ service: RunningService, _ path: String, at offset: Int, _ file: URL
  ) throws -> RunningService.Reply {
    try ask(
      service, "PATCH", path, tus + bytes + ["-H", "Upload-Offset: \(offset)", "--data-binary", "@\(file.path)"])
  }

  @Test func upload_inPieces_goesOnAfterARestartAndSubmitsItsJob() throws {
    let home = try Installation()
    var service: RunningService? = try RunningService.server("--workers", "0", home: home)
    let server = try #require(service)
    let audio = try JobAPITests.noise("a.wav", in: server)
    let all = try Data(contentsOf: audio)
    let (head, rest) = (home.file("head-bytes"), home.file("rest-bytes"))
    try all.prefix(10_000).write(to: head)
    try all.dropFirst(10_000).write(to: rest)

    let job = Data(#"{"kinds": "none", "priority": 7}"#.utf8).base64EncodedString()
    let made = try Self.create(server, all.count, "filename \(Data("../a.wav".utf8).base64EncodedString()),job \(job)")
    let path = try #require(made.headers["location"])
    #expect(made.status == 201 && made.headers["upload-expires"]?.hasSuffix("GMT") == true)
    #expect(try Self.patch(server, path, at: 0, head).headers["upload-offset"] == "10000")
    #expect(try Self.patch(server, path, at: 0, head).status == 409)
    service = nil

    let next = try RunningService.server("--workers", "0", home: home)
    let found = try Self.ask(next, "HEAD", path, Self.tus)
    #expect(found.status == 200 && found.headers["upload-offset"] == "10000")
    #expect(found.headers["cache-control"] == "no-store" && found.headers["upload-length"] == "\(all.count)")
    let end = try Self.patch(next, path, at: 10_000, rest)
    #expect(end.status == 204 && end.headers["upload-offset"] == "\(all.count)")
    let id = try #require(end.headers["commentbot-job"])
    let submitted: JobAPITests.Job = try next.ask("/v1/jobs/\(id)").json()
    #expect(submitted.priority == 7 && submitted.name == "a.wav")
    #expect(end.headers["commentbot-audio-hash"] == submitted.audioHash)
    let state: State = try next.ask(path).json()
    #expect(state.offset == all.count && state.job == id)
    #expect(
      FileManager.default.contents(
        atPath: home.file("data/inbox/\(submitted.audioHash.prefix(2))/\(submitted.audioHash)").path) == all)
  }

  @Test func upload_finishedWithoutJob_isUsedByItsHash() throws {
    let service = try RunningService.server("--workers", "0")
    let audio = try JobAPITests.noise("a.wav", in: service)
    let count = try Data(contentsOf: audio).count
    let path = try #require(try Self.create(service, count).headers["location"])
    let hash = try #require(try Self.patch(service, path, at: 0, audio).headers["commentbot-audio-hash"])
    #expect(try service.ask("/v1/jobs", "--json", "{\"audio_hash\": \"\(hash)\"}").status == 202)

    #expect(try Self.ask(service, "DELETE", path, Self.tus).status == 204)
    #expect(try Self.ask(service, "HEAD", path, Self.tus).status == 404)
  }

  @Test func requests_againstTheProtocol_areRefused() throws {
    let service = try RunningService.server("--workers", "0")
    let audio = try JobAPITests.noise("a.wav", in: service)
    let options = try Self.ask(service, "OPTIONS", "/v1/uploads", [])
    #expect(options.status == 204 && options.headers["tus-version"] == "1.0.0")
    #expect(options.headers["tus-extension"]?.contains("creation") == true && options.headers["tus-max-size"] != nil)
    #expect(try Self.ask(service, "POST", "/v1/uploads", ["-H", "Upload-Length: 5"]).status == 412)
    #expect(try Self.create(service, 1 << 50).status == 413)
    #expect(try Self.create(service, 10, "filename ***").status == 400)
    let wrong = Data(#"{"beam_size": 99}"#.utf8).base64EncodedString()
    #expect(try Self.create(service, 10, "job \(wrong)").status == 422)

    let path = try #require(try Self.create(service, 10).headers["location"])
    #expect(try Self.patch(service, path, at: 0, audio).status == 413)
    #expect(try Self.ask(service, "PATCH", path, Self.tus + ["-H", "Upload-Offset: 0"]).status == 415)
    #expect(try Self.patch(service, path + "0", at: 0, audio).status == 404)
  }
}
