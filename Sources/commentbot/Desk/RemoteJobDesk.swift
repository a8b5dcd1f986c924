import CommentCore
import Foundation

/// The queue of a server, by its API.
struct RemoteJobDesk: JobDesk {
  let server: RemoteServer

  func jobs(_ query: JobQuery) async throws -> JobPage {
    var items = [("limit", "\(query.limit)")]
    if !query.states.isEmpty { items.append(("state", query.states.map(\.rawValue).joined(separator: ","))) }
    if let batch = query.batch { items.append(("batch", batch)) }
    if let cursor = query.cursor { items.append(("cursor", cursor)) }
    return try await server.ask(.get, ["v1", "jobs"], query: items)
  }

  func job(_ id: String) async throws -> JobView { try await server.ask(.get, ["v1", "jobs", id]) }

  func cancel(_ id: String) async throws -> JobView { try await server.ask(.delete, ["v1", "jobs", id]) }

  func retry(_ id: String) async throws -> JobView { try await server.ask(.post, ["v1", "jobs", id, "retry"]) }

  func submit(_ file: URL, _ fields: [String: String]) async throws -> (job: JobView, isNew: Bool) {
    guard FileManager.default.isReadableFile(atPath: file.path) else {
      throw CommentBotError(
        .inputMissing, "submit", file.path, cause: "there is no such file, or it may not be read",
        hint: "ls -l \(file.path.shellQuoted)")
    }
    let values = fields.sorted { $0.key < $1.key }.map { HTTPRequest.FormPart.field(name: $0.key, value: $0.value) }
    let part = HTTPRequest.FormPart.file(name: "file", file, filename: file.lastPathComponent)
    let answer = try await server.send(.post, ["v1", "jobs"], body: .form(values + [part]))
    return (try server.decode(answer.body), answer.response.header("CommentBot-Duplicate") == nil)
  }

  func makeBatch(name: String?) async throws -> BatchView {
    struct Answer: Decodable {
      var batch: BatchView
    }
    let body = Data(try JSONLine.of(["name": name].compactMapValues(\.self)).utf8)
    let answer: Answer = try await server.ask(.post, ["v1", "batches"], body: .data(body))
    return answer.batch
  }

  func batches(cursor: String?, limit: Int) async throws -> BatchPage {
    let query = [("limit", "\(limit)")] + (cursor.map { [("cursor", $0)] } ?? [])
    return try await server.ask(.get, ["v1", "batches"], query: query)
  }

  func batch(_ id: String) async throws -> BatchView { try await server.ask(.get, ["v1", "batches", id]) }

  func cancelBatch(_ id: String) async throws -> BatchChange.Outcome {
    try await server.ask(.delete, ["v1", "batches", id])
  }

  func retryBatch(_ id: String) async throws -> BatchChange.Outcome {
    try await server.ask(.post, ["v1", "batches", id, "retry"])
  }
}
