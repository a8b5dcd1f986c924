import CommentCore
import Foundation

/// How far a pull is (`/api/pull`).
public struct OllamaPullProgress: Sendable, Equatable {
  /// In the server's words, such as `pulling manifest`.
  public var status: String
  /// Bytes that are there, of all layers that were named so far.
  public var completed: Int
  /// Bytes of these layers; more may be named.
  public var total: Int
}

extension OllamaClient {
  /// Has the server get a model; what it has already is not fetched again.
  /// - Throws: ``CommentBotError`` with code `serverError` and the server's reason when it cannot, `cutOff` when the
  ///   stream ends without success, and what every call throws.
  public func pull(_ model: String, progress: (OllamaPullProgress) -> Void = { _ in }) async throws {
    struct Question: Encodable { var model: String }
    struct Line: Decodable {
      var status: String?
      var digest: String?
      var total: Int?
      var completed: Int?
      var error: String?
    }
    let path = "/api/pull"
    let response = try await send(.post, path, Question(model: model), pullTimeouts)
    guard response.status == 200 else { throw try await failure(response, path: path, model: model) }
    // By digest: a layer is reported again and again.
    var layers: [String: (completed: Int, total: Int)] = [:]
    do {
      for try await data in response.body.lines(limit: Self.lineLimit) {
        let line: Line = try decode(data, path: path)
        if let error = line.error {
          throw CommentBotError(
            .serverError, "pull", model, cause: "Ollama says: \(error)", hint: "ollama pull \(model)")
        }
        if let digest = line.digest {
          // It may go backwards when a part is fetched again.
          let known = layers[digest] ?? (0, 0)
          layers[digest] = (max(known.completed, line.completed ?? 0), max(known.total, line.total ?? 0))
        }
        progress(
          OllamaPullProgress(
            status: line.status ?? "", completed: layers.values.reduce(0) { $0 + $1.completed },
            total: layers.values.reduce(0) { $0 + $1.total }))
        if line.status == "success" { return }
      }
    } catch let error as CommentBotError where error.code == .unreachable {
      throw cut(path, cause: error.cause)
    }
    throw cut(path, cause: "the server ended it")
  }

  /// No byte may arrive for long while the server checks large layers.
  private var pullTimeouts: HTTPTimeouts {
    HTTPTimeouts(connect: timeouts.connect, firstByte: .seconds(60), idle: .seconds(600))
  }

  /// Removes a model from the server.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public func delete(_ model: String) async throws {
    struct Question: Encodable { var model: String }
    let response = try await send(.delete, "/api/delete", Question(model: model), timeouts)
    guard response.status == 200 else { throw try await failure(response, path: "/api/delete", model: model) }
  }

  /// Frees a model's memory on the server.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public func unload(_ model: String) async throws {
    struct Question: Encodable {
      var model: String
      var keepAlive = 0
      enum CodingKeys: String, CodingKey {
        case model
        case keepAlive = "keep_alive"
      }
    }
    let response = try await send(.post, "/api/generate", Question(model: model), timeouts)
    guard response.status == 200 else { throw try await failure(response, path: "/api/generate", model: model) }
  }

  /// Gives a model a second name.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, and what every call throws.
  public func copy(_ model: String, to destination: String) async throws {
    struct Question: Encodable {
      var source: String
      var destination: String
    }
    let question = Question(source: model, destination: destination)
    let response = try await send(.post, "/api/copy", question, timeouts)
    guard response.status == 200 else { throw try await failure(response, path: "/api/copy", model: model) }
  }
}
