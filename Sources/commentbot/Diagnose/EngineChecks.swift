import CommentCore
import Foundation
import Llama
import Whisper

/// Whether the engines load the models, and with `--deep` what they make of a sound and of a question, and how quickly.
enum EngineChecks {
  static let all = [
    Check(.engines, "whisper", "whether libwhisper loads its model") { diagnosis in
      guard diagnosis.settings.whisperURL == nil,
        let model = await whole(in: diagnosis, { try $0.models.whisper($0.settings.whisperModel) }),
        await whole(in: diagnosis, { try $0.models.vad() }) != nil
      else { return nil }
      return try await loading(model, by: "libwhisper", diagnosis) {
        try await Composition.whisperEngine(home: diagnosis.home, settings: diagnosis.settings).load()
      }
    },
    Check(.engines, "llm", "whether libllama loads its model") { diagnosis in
      guard diagnosis.settings.mayEmbed,
        let model = await whole(in: diagnosis, { try $0.models.llm($0.settings.llmModel) })
      else { return nil }
      return try await loading(model, by: "libllama", diagnosis) { _ = try await embedded(diagnosis) }
    },
    Check(.engines, "whisper_speed", "two seconds of sound transcribed, and how quickly", isDeep: true) {
      try await TrialTranscription(diagnosis: $0).finding()
    },
    Check(.engines, "llm_speed", "a language model asked for one word, and how quickly", isDeep: true) {
      try await TrialQuestion(diagnosis: $0).finding()
    },
  ]

  static func embedded(_ diagnosis: Diagnosis) async throws -> LlamaModel {
    let settings = diagnosis.settings
    let file = try diagnosis.models.llm(settings.llmModel)
    return try await LlamaModel.load(
      file.url, name: file.name, digest: file.sha256, contextLimit: settings.llmContext, threads: settings.threads,
      hint: diagnosis.models.mending(file, force: true))
  }

  /// nil where the file is missing or damaged: that is another check's to tell.
  private static func whole(
    in diagnosis: Diagnosis, _ find: @escaping @Sendable (Diagnosis) throws -> ModelFile
  ) async -> ModelFile? {
    try? await Blocking.run {
      let file = try find(diagnosis)
      try diagnosis.models.checkIfChanged(file)
      return file
    }
  }

  private static func loading(
    _ file: ModelFile, by library: String, _ diagnosis: Diagnosis, _ load: () async throws -> Void
  ) async throws -> Finding {
    do {
      try await load()
      return .ok("\(library) loads \(file.name)")
    } catch  where !CommentBotError.isCancellation(error) {
      let cause = (error as? CommentBotError)?.cause ?? "\(error)"
      return .failure(
        "\(library) cannot load \(file.name): \(cause)", fix: diagnosis.models.mending(file, force: true))
    }
  }
}
