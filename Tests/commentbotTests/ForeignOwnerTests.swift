import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// Every route with an id × somebody else's recording.
struct ForeignOwnerTests {
  private struct Document: Decodable {
    struct Operation: Decodable {
      struct Body: Decodable {}
      var requestBody: Body?
    }
    var paths: [String: [String: Operation]]
  }

  @Test func routes_withAnotherOwnersID_areNotFound() async throws {
    let home = try Installation()
    let library = try Library(at: home.file("bd/commentbot/commentbot.sqlite"))
    let file = home.file("data/inbox/\(String(repeating: "a", count: 64))")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("audio".utf8).write(to: file)
    var recording = Recording(
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
    recording.name = "unused"
    func key(_ owner: String) throws -> String {
      try home.run("keys", "create", "--owner", owner).out.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let (ann, bob) = (try key("ann"), try key("bob"))
    let service = try RunningService.server("--workers", "0", home: home)
    let document: Document = try service.ask("/openapi.json").json()
    // Only ids: a model is nobody's, and other resources than recordings have ids of their own.
    let routes = document.paths.filter { $0.key.contains("{id}") }
    #expect(routes.count >= 6)
    for (path, operations) in routes {
      let path = path.replacing("{id}", with: recording.sha256).replacing("{format}", with: "json")
        .replacing(#/\{[a-z_]+\}/#, with: recording.sha256)
      for (method, operation) in operations {
        let head = method == "head" ? ["-I"] : ["-X", method.uppercased()]
        let body =
          operation.requestBody == nil ? [] : ["-H", "Content-Type: application/json", "-d", #"{"question": "What?"}"#]
        let reply = try service.ask(path, head + body + ["-H", "Authorization: Bearer \(bob)"])
        #expect(reply.status == 404, "\(method) \(path): \(reply.status) \(reply.body)")
      }
    }
    // It was there all the time.
    let own = try service.ask("/v1/recordings/aaaa", ["-H", "Authorization: Bearer \(ann)"])
    #expect(own.status == 200 && own.body.contains("Hello there"), "\(own.body)")
    for path in ["/v1/search?q=hello", "/v1/recordings"] {
      let reply = try service.ask(path, ["-H", "Authorization: Bearer \(bob)"])
      #expect(reply.status == 200 && !reply.body.contains("aaaa"), "\(reply.body)")
    }
  }
}
