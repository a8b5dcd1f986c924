import CommentCore
import Foundation
import Llama
import Whisper

/// Whether the engines load the models, and with `--deep` what they make of a sound and of a question, and how quickly.
enum EngineChecks {
  static let all = [
    Check(.engines, "whisper", "whether libwhisper loads its model") { diagnosis in
      guard diagnosis.settings.whisperURL == nil else { return nil }
      return try await load({ ($0, try $0.models.whisper($0.settings.whisperModel), "libwhisper") }, diagnosis) {
        try await Composition.whisperEngine(home: $0.home, settings: $0.settings).load()
      }
    },
    Check(.engines, "llm", "whether libllama loads its model") { diagnosis in
      guard isEmbedded(diagnosis.settings) else { return nil }
      return try await load({ ($0, try $0.models.llm($0.settings.llmModel), "libllama") }, diagnosis) {
        _ = try await embedded($0)
      }
    },
    Check(.engines, "whisper_speed", "two seconds of sound transcribed, and how quickly", isDeep: true) {
      try await TrialTranscription(diagnosis: $0).finding()
    },
    Check(.engines, "llm_speed", "a language model asked for one word, and how quickly", isDeep: true) {
      try await TrialQuestion(diagnosis: $0).finding()
    },
  ]

  /// Whether the model in this process may have to write.
  private static func isEmbedded(_ settings: Settings) -> Bool {
    settings.llm == .embedded || OllamaChecks.isWanted(settings) && settings.llm == .auto
  }

  static func embedded(_ diagnosis: Diagnosis) async throws -> LlamaModel {
    let settings = diagnosis.settings
    let file = try diagnosis.models.llm(settings.llmModel)
    return try await LlamaModel.load(
      file.url, name: file.name, digest: file.sha256, contextLimit: settings.llmContext, threads: settings.threads,
      hint: diagnosis.models.mending(file, force: true))
  }

  /// nil where there is no file: that is another check's to tell.
  private static func load(
    _ find: @escaping @Sendable (Diagnosis) throws -> (Diagnosis, ModelFile, String), _ diagnosis: Diagnosis,
    _ load: (Diagnosis) async throws -> Void
  ) async throws -> Finding? {
    guard let (_, file, library) = try? await Blocking.run({ try find(diagnosis) }) else { return nil }
    do {
      try await load(diagnosis)
      return .ok("\(library) loads \(file.name)")
    } catch  where !CommentBotError.isCancellation(error) {
      let cause = (error as? CommentBotError)?.cause ?? "\(error)"
      return .failure(
        "\(library) cannot load \(file.name): \(cause)", fix: diagnosis.models.mending(file, force: true))
    }
  }
}
