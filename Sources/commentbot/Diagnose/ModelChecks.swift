import CommentCore
import Foundation
import Llama
import OllamaClient
import Whisper

/// The models' files, whether the engines load them, and Ollama.
struct ModelChecks {
  let home: Home
  let settings: Settings

  func findings() async throws -> [Finding] {
    let store = ModelStore(folder: home.models)
    var findings: [Finding] = []
    var whisper: ModelFile?
    if settings.whisperURL == nil {
      whisper = try await file("models.whisper", mend: "commentbot models pull \(settings.whisperModel)", &findings) {
        try store.whisper(settings.whisperModel)
      }
    }
    let vad = try await file("models.vad", mend: "commentbot models pull silero", &findings) { try store.vad() }
    let llm = try await file("models.llm", mend: "commentbot models pull smollm2", &findings) {
      try store.llm(settings.llmModel)
    }
    if let whisper, let vad { findings.append(await loads(whisper, vad)) }
    if let llm { findings.append(await loads(llm)) }
    if let url = settings.whisperURL { findings.append(await service(url)) }
    findings.append(await ollama())
    return findings
  }

  /// Finds the file and compares its hash.
  private func file(
    _ id: String, mend: String, _ findings: inout [Finding], _ find: @escaping @Sendable () throws -> ModelFile
  ) async throws -> ModelFile? {
    do {
      let file = try await Blocking.run {
        let file = try find()
        try ModelStore(folder: home.models).check(file)
        return file
      }
      findings.append(.ok(id, "\(file.url.lastPathComponent), \(TimeText.bytes(file.byteCount)), hash as installed"))
      return file
    } catch  where CommentBotError.isCancellation(error) {
      throw error
    } catch {
      let error = error as? CommentBotError
      findings.append(
        .failure(id, error.map { "\($0.subject): \($0.cause)" } ?? "unreadable", fix: error?.hint ?? mend))
      return nil
    }
  }

  private func loads(_ model: ModelFile, _ vad: ModelFile) async -> Finding {
    do {
      let engine = WhisperEngine(
        model: model.url, identity: EngineIdentity(model), vadModel: vad.url, threads: settings.threads)
      try await engine.load()
      return .ok("engines.whisper", "libwhisper loads \(model.name)")
    } catch {
      return .failure(
        "engines.whisper", "libwhisper cannot load \(model.name): \((error as? CommentBotError)?.cause ?? "\(error)")",
        fix: ModelStore(folder: home.models).mending(model, force: true))
    }
  }

  private func service(_ url: String) async -> Finding {
    let id = "whisper.service"
    do {
      let address = try ServiceAddress(url)
      // Only asks what the service is: no model is loaded here.
      let service = try await RemoteTranscriber(
        address, apiKey: settings.whisperKey, model: settings.serviceModel, vadModel: home.models)
      return .ok(id, "the whisper service at \(address.base) answers; its model: \(service.identity.model)")
    } catch {
      let error = error as? CommentBotError
      return .failure(
        id, error.map { "\($0.subject): \($0.cause)" } ?? "unreachable", fix: error?.hint ?? "unset WHISPER_URL")
    }
  }

  private func loads(_ model: ModelFile) async -> Finding {
    do {
      _ = try await LlamaModel.load(
        model.url, name: model.name, digest: model.sha256, contextLimit: settings.llmContext,
        threads: settings.threads)
      return .ok("engines.llm", "libllama loads \(model.name)")
    } catch {
      return .failure(
        "engines.llm", "libllama cannot load \(model.name): \((error as? CommentBotError)?.cause ?? "\(error)")",
        fix: ModelStore(folder: home.models).mending(model, force: true))
    }
  }

  /// Without Ollama the embedded model writes, so only a setting that demands Ollama makes this a failure.
  private func ollama() async -> Finding {
    let id = "ollama.reachable"
    let isDemanded = settings.llm == .ollama
    do {
      let client = try settings.ollama()
      let version = try await client.version()
      let models = try await client.tags().map(\.name)
      guard !models.isEmpty else {
        let cause = "Ollama \(version) answers but has no model"
        return isDemanded
          ? .failure(id, cause, fix: SuggestedModel.command) : .warning(id, cause, fix: SuggestedModel.command)
      }
      if let wanted = settings.ollamaModel, !models.contains(where: { $0 == wanted || $0 == wanted + ":latest" }) {
        let (cause, fix) = ("Ollama \(version) has no model \(wanted)", "ollama pull \(wanted)")
        return isDemanded ? .failure(id, cause, fix: fix) : .warning(id, cause, fix: fix)
      }
      return .ok(id, "Ollama \(version) answers; models: \(models.prefix(5).joined(separator: ", "))")
    } catch {
      let cause = (error as? CommentBotError).map { "\($0.subject): \($0.cause)" } ?? "\(error)"
      if isDemanded { return .failure(id, cause, fix: "ollama serve") }
      return .warning(
        id, "\(cause); the small embedded model writes the comments",
        fix: "install Ollama, then: \(SuggestedModel.command)")
    }
  }
}
