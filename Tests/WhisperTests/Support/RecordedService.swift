import CommentCore
import Foundation
import Synchronization
import TestSupport

@testable import Whisper

/// The bytes that a real `commentbot whisper-service` answered.
func recording(_ name: String) throws -> Data {
  try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Fixtures/\(name).http"))
}

/// A stand-in for a whisper service that answers the windows of a recording (three times `demo-congrats` and a second
/// of silence, with word times) with what the real one did, in their order. In phrases that are asked for again it
/// hears nothing.
struct RecordedService {
  let server: ReplayServer
  /// Pauses that the client made before it asked again.
  let pauses = Pauses()

  /// - Parameters:
  ///   - models: the answer to `GET /v1/models`.
  ///   - phrase: what happens when a phrase is asked for again.
  ///   - fault: what happens instead of an answer to the n-th question about a window, from 0; nil answers.
  init(
    models: [ReplayServer.Step]? = nil, other: [String: [ReplayServer.Step]] = [:],
    phrase: [ReplayServer.Step]? = nil, fault: @escaping @Sendable (Int) -> [ReplayServer.Step]? = { _ in nil }
  ) throws {
    let models = try models ?? [.send(recording("models"))]
    let language = try recording("language")
    let windows = try (0..<6).map { try recording("window_\($0)") }
    let state = State()
    server = try ReplayServer { request in
      if request.path == "/v1/models" { return models }
      if let steps = other[request.path] { return steps }
      if let question = Self.question(request), question.language == nil { return [.send(language)] }
      if Self.question(request)?.isPhrase == true { return phrase ?? [.send(Self.nothing)] }
      if let steps = fault(state.ask()) { return steps }
      return [.send(windows[state.answer() % windows.count])]
    }
  }

  /// What the field for CommentBot's own service asks; nil when it is not there.
  static func question(_ request: ReplayServer.Request) -> WindowRequest? {
    guard let json = field(WindowRequest.field, of: request) else { return nil }
    return try? JSONDecoder().decode(WindowRequest.self, from: Data(json.utf8))
  }

  /// A field of a form; the file is the last of it.
  static func field(_ name: String, of request: ReplayServer.Request) -> String? {
    let file = request.body.range(of: Data("filename=".utf8))?.lowerBound ?? request.body.startIndex
    let text = String(decoding: request.body[..<file], as: UTF8.self)
    guard let start = text.range(of: "name=\"\(name)\"\r\n\r\n"),
      let end = text.range(of: "\r\n--commentbot-", range: start.upperBound..<text.endIndex)
    else { return nil }
    return String(text[start.upperBound..<end.lowerBound])
  }

  static let nothing = Data(
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"heard\":[]}".utf8)

  /// Questions about whole windows in a known language.
  var questions: [WindowRequest] {
    server.requests.compactMap(Self.question).filter { $0.language != nil && !$0.isPhrase }
  }

  /// A client that makes no pauses and notes those that it would make.
  func client(
    attempts: Int = 3, timeouts: HTTPTimeouts? = nil, apiKey: String? = nil
  ) throws -> ServiceClient {
    var client = ServiceClient(address: try ServiceAddress(server.url), apiKey: apiKey)
    client.timeouts = timeouts ?? client.timeouts
    client.retries = RetryPolicy(delays: Array(repeating: .zero, count: attempts - 1))
    client.retries.pause = { [pauses] in pauses.note($0) }
    return client
  }

  func transcriber(_ client: ServiceClient? = nil) async throws -> RemoteTranscriber {
    try await RemoteTranscriber(client ?? self.client(), vadModel: SpeechModels().voiceActivity)
  }

  final class Pauses: Sendable {
    private let noted = Mutex<[Duration]>([])
    var all: [Duration] { noted.withLock(\.self) }
    func note(_ pause: Duration) { noted.withLock { $0.append(pause) } }
  }

  private final class State: Sendable {
    private let counts = Mutex((asked: 0, answered: 0))
    func ask() -> Int {
      counts.withLock {
        $0.asked += 1
        return $0.asked - 1
      }
    }
    func answer() -> Int {
      counts.withLock {
        $0.answered += 1
        return $0.answered - 1
      }
    }
  }
}

extension RemoteTranscriber {
  /// All windows of the audio; in English when nothing else is said.
  func windows(
    of audio: AudioSamples, options: TranscriptionOptions? = nil, after finished: [TranscriptionWindow] = []
  ) async throws -> [TranscriptionWindow] {
    var english = TranscriptionOptions()
    english.language = "en"
    var windows: [TranscriptionWindow] = []
    for try await event in transcribe(audio, options: options ?? english, after: finished) {
      if case .window(let window) = event { windows.append(window) }
    }
    return windows
  }
}
