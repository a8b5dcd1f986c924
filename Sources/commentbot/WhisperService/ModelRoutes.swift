import ArgumentParser
import CommentCore
import HTTPTypes
import Hummingbird
import Whisper

/// OpenAI's list of models: first those that the audio routes take, then what else is here.
struct ModelRoutes: RouteSet {
  /// Those of the audio routes.
  let speech: [SpeechModel]
  /// The others, such as those that write comments.
  var others: @Sendable () async throws -> [SpeechModel] = { [] }

  struct SpeechModel: Encodable, Sendable {
    var id: String
    var object = "model"
    /// Unix time; weights have none that would mean anything.
    var created = 0
    var ownedBy = "commentbot"
    /// For other CommentBots: transcripts by the same weights are the same, and windows can be asked for.
    var digest: String?
    /// nil for what the audio routes do not take.
    var commentbotWindow: Int?
    /// Of the program; nil for what the audio routes do not take.
    var commentbotVersion: String?
    /// `whisper`, `vad`, `llm`, or `ollama` for those of an Ollama server.
    var kind: String
  }

  private struct List: Encodable {
    var object = "list"
    var data: [SpeechModel]
  }

  /// - Parameter engine: who computes for the audio routes; nil where nobody does.
  init(engine: EngineIdentity?, others: @escaping @Sendable () async throws -> [SpeechModel] = { [] }) {
    speech = SpeechRoutes.names(of: engine).map {
      SpeechModel(
        id: $0, digest: engine?.digest, commentbotWindow: WindowRequest.version,
        commentbotVersion: CommentBot.configuration.version, kind: "whisper")
    }
    self.others = others
  }

  func add(to router: Router<ServiceContext>) {
    router.get("v1/models") { _, _ in try SpeechResponse.json(List(data: try await all())) }
    router.get("v1/models/{model}") { _, context in
      let name = context.parameters.get("model")
      guard let model = try await all().first(where: { $0.id == name }) else {
        throw ServiceFailure(.notFound, "the model does not exist here", param: "model", code: "model_not_found")
      }
      return try SpeechResponse.json(model)
    }
  }

  private func all() async throws -> [SpeechModel] {
    let names = Set(speech.map(\.id))
    return speech + (try await others()).filter { !names.contains($0.id) }
  }
}
