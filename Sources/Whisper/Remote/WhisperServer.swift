import CommentCore
import Foundation

/// What a service is and which models it tells of.
struct WhisperServer: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// Ours, which decodes windows exactly as the engine in this process does.
    case commentbot
    /// whisper.cpp's example server.
    case whisperCpp
    case other
  }

  struct Model: Decodable, Sendable, Equatable {
    var id: String
    /// SHA-256 of the weights; from CommentBot's service.
    var digest: String?
    /// Which version of ``WindowRequest`` is understood; from CommentBot's service.
    var commentbotWindow: Int?
    /// Of the program; from CommentBot's service.
    var commentbotVersion: String?
  }

  var kind: Kind
  /// Empty when the service does not tell.
  var models: [Model]

  var name: String {
    switch kind {
    case .commentbot: "commentbot " + (models.first?.commentbotVersion ?? "of an unknown version")
    case .whisperCpp: "whisper.cpp"
    case .other: "another program's"
    }
  }

  /// - Throws: ``CommentBotError``: what asking throws, and `serverError` when the service asks for another key.
  init(asking client: ServiceClient) async throws {
    var client = client
    client.timeouts = HTTPTimeouts(connect: .seconds(5), firstByte: .seconds(10), idle: .seconds(10))
    client.retries = client.retries.shortened
    let answer = try await client.ask("/v1/models")
    if [401, 403].contains(answer.status) {
      throw ServiceRefusal(answer, address: client.address, hasKey: client.apiKey != nil).error
    }
    struct List: Decodable { var data: [Model] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    // A list in another form, or none, is no fault: the service may transcribe all the same.
    models = answer.status == 200 ? (try? decoder.decode(List.self, from: answer.body).data) ?? [] : []
    let isOurs = models.contains { $0.commentbotWindow == WindowRequest.version }
    kind = isOurs ? .commentbot : answer.server == "whisper.cpp" ? .whisperCpp : .other
  }

  /// The model to ask for.
  /// - Parameter name: as the person wants it; nil takes the one that the service has, or OpenAI's.
  /// - Throws: ``CommentBotError`` with code `modelMissing` when a service of ours has another.
  func model(_ name: String?, at address: ServiceAddress) throws -> Model {
    guard let name else {
      if kind == .commentbot, let first = models.first { return first }
      let speech = models.first { $0.id == "whisper-1" } ?? models.first { $0.id.lowercased().contains("whisper") }
      return speech ?? Model(id: "whisper-1")
    }
    if let model = models.first(where: { $0.id == name }) { return model }
    guard kind == .commentbot else { return Model(id: name) }
    throw CommentBotError(
      .modelMissing, "use the model", name,
      cause: "the whisper service at \(address.base) has \(models.map(\.id).joined(separator: ", "))",
      hint: "leave --model out, or start the service with `commentbot whisper-service --model \(name)`")
  }
}
