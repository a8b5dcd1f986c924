import Foundation
import OllamaClient
import Synchronization
import TestSupport

/// The bytes that a real Ollama server answered.
func recording(_ name: String) throws -> Data {
  try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Fixtures/\(name).http"))
}

/// A server that answers each path with a recording; those given win over the usual ones.
func recordedServer(_ answers: [String: [ReplayServer.Step]] = [:]) throws -> ReplayServer {
  let usual = [
    "/api/version": "version_GET", "/api/tags": "tags_one", "/api/ps": "ps_loaded", "/api/show": "show",
    "/api/chat": "chat_stream",
  ]
  let steps = try usual.mapValues { [ReplayServer.Step.send(try recording($0))] }.merging(answers) { $1 }
  return try ReplayServer { steps[$0.path] ?? [.reply("404 page not found", status: 404)] }
}

extension OllamaClient {
  /// A client of the server.
  init(_ server: ReplayServer, apiKey: String? = nil) throws {
    self.init(host: try OllamaHost(server.url), apiKey: apiKey)
  }
}

/// The JSON body of the last request for the path.
func lastBody(_ server: ReplayServer, _ path: String) throws -> NSDictionary {
  let body = server.requests.last { $0.path == path }?.body ?? Data()
  return try JSONSerialization.jsonObject(with: body) as? NSDictionary ?? [:]
}

/// Counts calls from several threads.
final class Counter: Sendable {
  private let count = Mutex(0)

  /// 0 for the first call.
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}
