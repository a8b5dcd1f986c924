import CommentCore
import Foundation
import OllamaClient

/// Ollama. Without it the embedded model writes, so only a setting that demands it makes its absence a failure.
enum OllamaChecks {
  /// Older ones cut a prompt that is too long without a word.
  private static let leastVersion = "0.12.5"
  /// Tokens of context with which a talk falls into many parts.
  private static let shortContext = 4096
  private static let install = "curl -fsSL https://ollama.com/install.sh | sh"

  static let all = [
    Check(.ollama, "reachable", "whether Ollama answers") { diagnosis in
      guard isWanted(diagnosis.settings) else { return nil }
      return reachable(try await diagnosis.ollama(), diagnosis)
    },
    Check(.ollama, "version", "Ollama's version") { diagnosis in
      guard isWanted(diagnosis.settings), case .there(_, let version, _) = try await diagnosis.ollama() else {
        return nil
      }
      guard version.compare(leastVersion, options: .numeric) == .orderedAscending else {
        return .ok("Ollama \(version)")
      }
      return .warning(
        "Ollama \(version) cuts long prompts without a word; \(leastVersion) says so",
        fix: diagnosis.place.renewed(by: install))
    },
    Check(.ollama, "models", "Ollama's models") { diagnosis in
      guard isWanted(diagnosis.settings), case .there(_, _, let models) = try await diagnosis.ollama() else {
        return nil
      }
      return OllamaChecks.named(models.map(\.name), diagnosis)
    },
    Check(.ollama, "context", "the context that the model really has") { diagnosis in
      guard let fit = try await fit(diagnosis) else { return nil }
      return context(fit, diagnosis)
    },
    Check(.ollama, "memory", "the model against the memory") { diagnosis in
      guard let fit = try await fit(diagnosis) else { return nil }
      return memory(fit, diagnosis)
    },
  ]

  static func isWanted(_ settings: Settings) -> Bool {
    settings.llm == .ollama || (settings.llm == .auto && settings.llmURL == nil)
  }

  private static func reachable(_ answer: OllamaAnswer, _ diagnosis: Diagnosis) -> Finding {
    let (isDemanded, place) = (diagnosis.settings.llm == .ollama, diagnosis.place)
    switch answer {
    case .there(let client, _, _):
      let text = "Ollama at \(client.host.baseURL) answers"
      guard let port = client.host.ignoredPort else { return .ok(text) }
      return .warning(
        "\(text), but \"\(port)\" in OLLAMA_HOST is not a port", fix: place.setting("ollama.host", "HOST:PORT"))
    case .away(let error):
      let cause = "\(error.subject): \(error.cause)"
      if isDemanded {
        return .failure(cause, fix: place.outside("ollama serve", compose: "up --detach --wait ollama"))
      }
      return .warning(
        "\(cause); the small embedded model writes the comments",
        fix: place.outside(
          "\(install) && \(SuggestedModel.command)", compose: "--profile ollama up --detach --wait ollama"))
    }
  }

  private static func named(_ names: [String], _ diagnosis: Diagnosis) -> Finding {
    let settings = diagnosis.settings
    func lacking(_ cause: String, _ fix: String) -> Finding {
      settings.llm == .ollama ? .failure(cause, fix: fix) : .warning(cause, fix: fix)
    }
    guard !names.isEmpty else { return lacking("Ollama has no model", pull(SuggestedModel.name, diagnosis.place)) }
    if let wanted = settings.ollamaModel, !names.contains(where: { $0 == wanted || $0 == wanted + ":latest" }) {
      return lacking("Ollama has no model \(wanted)", pull(wanted, diagnosis.place))
    }
    return .ok("models: \(names.prefix(5).joined(separator: ", "))")
  }

  /// In Docker only the one-shot service has a way out; it gets the model of `.env`.
  static func pull(_ model: String, _ place: Place) -> String {
    place.outside("ollama pull \(model)", compose: "run --rm --env OLLAMA_MODEL=\(model) ollama-init")
  }

  /// nil where there is no model to ask: that is another check's to tell.
  private static func fit(_ diagnosis: Diagnosis) async throws -> OllamaFit? {
    let settings = diagnosis.settings
    guard isWanted(settings), case .there(let client, _, let models) = try await diagnosis.ollama(), !models.isEmpty
    else { return nil }
    do {
      return try await client.fit(
        of: settings.ollamaModel, limit: settings.llmContext, freeBytes: diagnosis.availableMemory)
    } catch let error as CommentBotError where error.code == .modelMissing {
      return nil
    }
  }

  private static func context(_ fit: OllamaFit, _ diagnosis: Diagnosis) -> Finding {
    let limit = diagnosis.settings.llmContext
    let made = fit.modelContext.map { "made for \($0)" } ?? "how many it was made for is not told"
    let loaded = fit.loadedContext.map { ", in memory with \($0)" } ?? ""
    let text = "\(fit.model) is asked for \(fit.context) tokens of context (\(made)\(loaded); llm.context is \(limit))"
    guard fit.context < limit else { return .ok(text) }
    let isShort = fit.context < shortContext
    let isModelsOwn = fit.modelContext.map { $0 <= fit.context } == true
    if !isShort {
      return .warning(
        "\(text): less than configured", fix: diagnosis.place.setting("llm.context", "\(fit.context)", "what it has"))
    }
    return .warning(
      "\(text): long recordings fall into many parts",
      fix: isModelsOwn ? pull(SuggestedModel.name, diagnosis.place) : smaller(diagnosis.place))
  }

  /// A model that leaves memory for context.
  static func smaller(_ place: Place) -> String {
    let setting = place.setting("ollama.model", "qwen3:1.7b", "a smaller one")
    // In Docker the one-shot service gets what is set.
    if case .image = place { return setting }
    return "ollama pull qwen3:1.7b && \(setting)"
  }

  private static func memory(_ fit: OllamaFit, _ diagnosis: Diagnosis) -> Finding? {
    guard fit.isLocal, let available = diagnosis.availableMemory, fit.loadedContext == nil else { return nil }
    let text = "\(fit.model) needs \(TimeText.bytes(fit.neededBytes)); \(TimeText.bytes(available)) are free"
    return fit.neededBytes > available
      ? .warning("\(text): it will be slow, or end", fix: smaller(diagnosis.place)) : .ok(text)
  }
}
