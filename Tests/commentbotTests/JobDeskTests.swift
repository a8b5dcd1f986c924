import Foundation
import TestSupport
import Testing

/// `jobs`, `batch` and `watch`, on the library of this machine and against a server: the same commands do the same.
@Suite struct JobDeskTests {
  struct Line: Decodable {
    var file: String?
    var result: String?
    var job: JobAPITests.Job?
    // Of jobs and batches.
    var id: String?
    var state: String?
    var counts: [String: Int]?
    var finished: Bool?
    var changed: Int?

    static func all(_ result: CommandResult) throws -> [Line] {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try result.out.split(separator: "\n").map { line in
        struct AnyFinished: Decodable {}
        return try decoder.decode(Line.self, from: Data(line.utf8))
      }
    }

    private enum CodingKeys: String, CodingKey { case file, result, job, id, state, counts, changed }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      file = try values.decodeIfPresent(String.self, forKey: .file)
      result = try? values.decodeIfPresent(String.self, forKey: .result)
      job = try values.decodeIfPresent(JobAPITests.Job.self, forKey: .job)
      id = try values.decodeIfPresent(String.self, forKey: .id)
      state = try values.decodeIfPresent(String.self, forKey: .state)
      counts = try values.decodeIfPresent([String: Int].self, forKey: .counts)
      changed = try values.decodeIfPresent(Int.self, forKey: .changed)
    }
  }

  /// The same on either desk.
  private static func exercise(_ home: Installation, _ files: [URL], _ extra: [String]) throws {
    let submitted = try home.run(
      ["batch", "submit"] + files.map(\.path) + [files[0].path, home.file("none.wav").path]
        + ["--kinds", "none", "--name", "Monday", "--json"] + extra)
    #expect(submitted.status == 1, "\(submitted)")
    let lines = try Line.all(submitted)
    #expect(lines.compactMap(\.result) == ["accepted", "accepted", "duplicate", "problem"])
    let batch = try #require(lines.last?.id)
    #expect(lines.last?.counts?["queued"] == 2)

    let job = try #require(lines.first?.job?.id)
    #expect(try Line.all(home.run(["jobs", "cancel", job, "--json"] + extra)).map(\.state) == ["cancelled"])
    #expect(try Line.all(home.run(["jobs", "list", "--state", "cancelled", "--json"] + extra)).map(\.id) == [job])
    #expect(try Line.all(home.run(["jobs", "retry", job, "--json"] + extra)).map(\.state) == ["queued"])
    #expect(try home.run(["jobs", "show", job] + extra).out.contains(files[0].lastPathComponent))
    #expect(try Line.all(home.run(["batch", "cancel", batch, "--json"] + extra)).map(\.changed) == [2])
    #expect(try Line.all(home.run(["batch", "status", batch, "--json"] + extra)).first?.counts?["cancelled"] == 2)
    #expect(try Line.all(home.run(["batch", "retry", batch, "--json"] + extra)).map(\.changed) == [2])
    #expect(try Line.all(home.run(["batch", "list", "--json"] + extra)).map(\.id) == [batch])
    #expect(try home.run(["jobs", "show", "none"] + extra).status == 66)
    #expect(try home.run(["jobs", "retry", job] + extra).status == 64)
    #expect(try home.run(["batch", "submit", files[0].path, "--beam_size", "99"] + extra).status == 64)
    #expect(try home.run(["batch", "submit", files[0].path, "--threads", "1"] + extra).status == 64)
  }

  @Test func commands_onTheLibraryHere_doWhatTheySay() throws {
    let service = try RunningService.server("--workers", "0")
    let files = try ["a.wav", "b.wav"].map { try JobAPITests.noise($0, in: service) }
    try Self.exercise(service.home, files, [])
  }

  @Test func commands_againstAServer_doTheSame() throws {
    let service = try RunningService.server("--workers", "0")
    var home = try Installation()
    home.environment["COMMENTBOT_SERVER"] = service.url
    let files = try ["a.wav", "b.wav"].map { try JobAPITests.noise($0, in: service) }
    try Self.exercise(home, files, [])
  }

  @Test func batch_watched_endsWithItsJobs() throws {
    let service = try RunningService.server("--workers", "1")
    let audio = try Speech.make("Good morning.", at: service.home.file("a.wav"))
    let home = try Installation()
    let done = try home.run(
      "batch", "submit", audio.path, "--kinds", "none", "--watch", "--server", service.url, "--json")
    #expect(done.status == 0, "\(done.error)")
    #expect(try Line.all(done).last?.counts?["succeeded"] == 1)
  }

  @Test func key_neverGoesOverPlainHTTPToAnotherMachine() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_API_KEY"] = "cb_secret"
    let refused = try home.run("jobs", "list", "--server", "http://example.org")
    #expect(refused.status == 64 && refused.error.contains("https"))
  }

  @Test func folder_watched_isSubmittedOnce() throws {
    let service = try RunningService.server("--workers", "0")
    let folder = service.home.file("in")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try JobAPITests.noise("in/a.wav", in: service)
    try Data("text".utf8).write(to: folder.appending(path: "notes.txt"))
    let first = try service.home.run("watch", folder.path, "--once", "--interval", "0.05", "--json")
    #expect(try Line.all(first).map(\.result) == ["accepted"])
    let second = try service.home.run("watch", folder.path, "--once", "--interval", "0.05", "--json")
    #expect(try Line.all(second).map(\.result) == ["duplicate"])
  }
}
