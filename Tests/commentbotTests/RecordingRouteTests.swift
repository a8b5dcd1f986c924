import CommentCore
import Foundation
import TestSupport
import Testing

/// The recordings of a server, beside what the command line says of the same ones.
struct RecordingRouteTests {
  private struct List: Decodable {
    struct Line: Decodable {
      var id, sha256, name: String
      var finished: Bool
    }
    var recordings: [Line]
    var next: String?
  }
  private struct Hits: Decodable {
    struct Hit: Decodable {
      struct Part: Decodable {
        var text: String
        var isMatch: Bool
      }
      var id: String
      var parts: [Part]
    }
    var hits: [Hit]
  }

  /// A server with one short recording, whose file lies where it may be sent from.
  private static func served() throws -> (RunningService, id: String, audio: Data) {
    let home = try Installation()
    let inbox = home.file("data/inbox")
    try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
    let audio = try Speech.make("The committee will meet on Monday.", at: inbox.appending(path: "talk.wav"))
    let result = try home.run("process", "--json", "--llm", "none", "--kinds", "summary", audio.path)
    let line = try #require(try ProcessLine.all(in: result.out).first, "\(result.error)")
    var serving = home
    serving.environment["COMMENTBOT_LLM_ENGINE"] = "none"
    serving.environment["COMMENTBOT_JOBS_QUEUE_DEPTH"] = "1"
    return (
      try RunningService.server("--workers", "0", home: serving), try #require(line.recording?.id),
      try Data(contentsOf: audio)
    )
  }

  @Test func recording_overHTTP_isWhatTheCommandLineShows() throws {
    let (service, id, audio) = try Self.served()
    // Files, byte for byte.
    for format in ["json", "txt", "srt", "vtt", "tsv", "md"] {
      let reply = try service.ask("/v1/recordings/\(id)/transcript.\(format)")
      let exported = try service.home.run("export", id, "-f", format).out
      #expect(reply.status == 200 && reply.body == exported, "\(format)")
      let tag = try #require(reply.headers["etag"])
      let again = try service.ask("/v1/recordings/\(id)/transcript.\(format)", "-H", "If-None-Match: \(tag)")
      #expect(again.status == 304 && again.body.isEmpty)
    }
    let raw = try service.ask("/v1/recordings/\(id)/transcript.srt?subtitles=raw")
    let exported = try service.home.run("export", id, "-f", "srt", "--subtitles", "raw").out
    #expect(raw.body == exported)
    #expect(try service.ask("/v1/recordings/\(id)/transcript.srt?max_line_width=9").status == 400)
    #expect(try service.ask("/v1/recordings/\(id)/transcript.exe").status == 404)
    let folder = try #require(service.home.results.first { $0.hasSuffix("comments.json") })
    let comments = try String(contentsOf: service.home.file("data/transcripts/\(folder)"), encoding: .utf8)
    #expect(try service.ask("/v1/recordings/\(id)/comments.json").body == comments)
    // One, all, and what was said.
    let shown: ShownLine = try service.ask("/v1/recordings/\(id.prefix(4))").json()
    #expect(shown.transcript?.text.contains("committee") == true && shown.comments?.first?.kind == "summary")
    let list: List = try service.ask("/v1/recordings?limit=1&name=TAL").json()
    #expect(list.recordings.map(\.id) == [id] && list.recordings[0].finished && list.next == nil)
    let hits: Hits = try service.ask("/v1/search?q=committee&recording=\(id)").json()
    #expect(hits.hits.first?.parts.filter(\.isMatch).map(\.text) == ["committee"])
    let answer = try service.ask(
      "/v1/ask", "-H", "Content-Type: application/json", "-d", #"{"question": "Who will meet?"}"#)
    #expect(answer.status == 200 && answer.body.contains("committee"), "\(answer.body)")
    // The audio, whole and in parts.
    try Self.checkAudio(service, id, audio)
    // And its end.
    func comment(_ kind: String, key: String) throws -> RunningService.Reply {
      try service.ask(
        "/v1/recordings/\(id)/comments", "-H", "Content-Type: application/json", "-H", "Idempotency-Key: \(key)", "-d",
        "{\"kinds\": [\"\(kind)\"]}")
    }
    #expect(try comment("quotes", key: String(repeating: "k", count: 256)).status == 400)
    let job = try comment("quotes", key: "k")
    #expect(job.status == 202 && job.headers["location"]?.hasPrefix("/v1/jobs/") == true, "\(job.body)")
    #expect(try comment("summary", key: "l").status == 429, "the queue is full")
    let removed = try service.ask("/v1/recordings/\(id)", "-X", "DELETE")
    #expect(removed.status == 200 && removed.body.contains(#""jobs":1"#) && removed.body.contains(#""transcripts":1"#))
    #expect(try service.ask("/v1/recordings/\(id)").status == 404)
    #expect(service.home.results.isEmpty)
    #expect(try service.home.run("list").out.isEmpty)
  }

  private static func checkAudio(_ service: RunningService, _ id: String, _ audio: Data) throws {
    let path = "/v1/recordings/\(id)/audio"
    func part(_ range: String, _ more: String...) throws -> (RunningService.Reply, Data) {
      let file = service.home.file("part-\(UUID().uuidString)")
      let reply = try service.ask(path, ["-r", range, "-o", file.path] + more)
      return (reply, (try? Data(contentsOf: file)) ?? Data())
    }
    let whole = try part("0-")
    #expect(whole.0.status == 206 && whole.1 == audio && whole.0.headers["content-type"] == "audio/wav")
    let (first, last) = (try part("0-9"), try part("-10"))
    #expect(first.1 == audio.prefix(10) && last.1 == audio.suffix(10))
    #expect(last.0.headers["content-range"] == "bytes \(audio.count - 10)-\(audio.count - 1)/\(audio.count)")
    let beyond = try part("\(audio.count)-")
    #expect(beyond.0.status == 416 && beyond.0.headers["content-range"] == "bytes */\(audio.count)")
    let other = try part("0-9", "-H", "If-Range: \"other\"")
    #expect(other.0.status == 200 && other.1 == audio)
    let head = try service.ask(path, "-I")
    #expect(head.status == 200 && head.headers["content-length"] == "\(audio.count)")
    let tag = try #require(head.headers["etag"])
    #expect(try service.ask(path, "-H", "If-None-Match: \(tag)").status == 304)
    // A file that is another by now, or lies elsewhere, is not sent.
    let file = service.home.file("data/inbox/talk.wav")
    let aside = service.home.file("aside.wav")
    try FileManager.default.moveItem(at: file, to: aside)
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: aside)
    #expect(try service.ask(path).status == 404)
    try FileManager.default.removeItem(at: file)
    try Data("short".utf8).write(to: file)
    #expect(try service.ask(path).status == 404)
    try Data(audio.reversed()).write(to: file)
    #expect(try service.ask(path).status == 404 && service.ask(path, "-I").status == 404)
    try FileManager.default.removeItem(at: file)
    try FileManager.default.moveItem(at: aside, to: file)
    #expect(try part("0-9").1 == audio.prefix(10))
  }

  /// The same keys as `show --json`, without the places of files.
  private struct ShownLine: Decodable {
    struct Recording: Decodable { var id, sha256, name: String }
    struct Transcript: Decodable { var text: String }
    struct Comment: Decodable { var kind: String }
    var recording: Recording
    var transcript: Transcript?
    var comments: [Comment]?
  }
}
