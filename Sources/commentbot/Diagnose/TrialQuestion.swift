import CommentCore
import Foundation
import Llama
import OllamaClient

/// Asks the language model that would write for one word, measures it, and says what comments on an hour of audio will
/// take.
struct TrialQuestion {
  let diagnosis: Diagnosis

  /// Of an hour of speech, read once: 150 words a minute.
  private static let hourTokens = 13_000.0
  /// Of the answers to the kinds that are written by default, over all parts.
  private static let answerTokens = 3_000.0

  func finding() async throws -> Finding? {
    guard let model = try await model() else { return nil }
    let word = try await ask(model, "Reply with one word only: what colour is the sky on a clear day?", limit: 8)
    let words = word.text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !words.isEmpty else {
      return .failure(
        "\(model.identity.model) gives no answer",
        fix: OllamaChecks.pull(SuggestedModel.name, diagnosis.place))
    }
    // A long prompt and a long answer, for the figures.
    let text = (1...60).map { "Sentence number \($0) of this text says that all is well. " }.joined()
    let long = try await ask(model, text + "\nCount from 1 to 100 in words.", limit: 48)
    let read = Double(long.usage.evaluatedTokens ?? long.usage.promptTokens) / max(0.001, long.untilText)
    let write = Double(max(1, long.usage.outputTokens - 1)) / max(0.001, long.seconds - long.untilText)
    let hour = Self.hourTokens / read + Self.answerTokens / write
    let found =
      "\(model.identity.model) answers \(words.prefix(40).debugDescription), reads \(Int(read)) and writes "
      + "\(TimeText.decimal(write)) tokens a second; comments on an hour of audio will take about \(TimeText.span(hour))"
    let context = try await contextFault(model)
    if let context {
      var fix = "sudo systemctl edit ollama    # [Service] Environment=OLLAMA_NUM_PARALLEL=1, then restart it"
      if case .image = diagnosis.place {
        fix =
          "in docker-compose.yml: ollama: environment: {OLLAMA_NUM_PARALLEL: 1}    # then: docker compose up --detach"
      }
      return .warning("\(found); \(context)", fix: fix)
    }
    guard write < 2 else { return .ok(found) }
    return .warning(
      found,
      fix: model is OllamaModel
        ? OllamaChecks.smaller(diagnosis.place) : "commentbot process --llm none FILE    # without comments")
  }

  /// What Ollama has really given the model, which only shows once it is in memory.
  private func contextFault(_ model: any LanguageModel) async throws -> String? {
    guard model is OllamaModel, case .there(let client, _, _) = try await diagnosis.ollama(),
      let given = (try? await client.ps())?.first(where: { $0.name == model.identity.model })?.contextLength,
      given < model.contextLength
    else { return nil }
    return "Ollama has given it \(given) tokens of context instead of \(model.contextLength)"
  }

  /// As a run would choose.
  private func model() async throws -> (any LanguageModel)? {
    let settings = diagnosis.settings
    switch settings.llm {
    case .none: return nil
    case .embedded: return try await EngineChecks.embedded(diagnosis)
    case .openai: return try await service()
    case .auto where settings.llmURL != nil: return try await service()
    case .ollama, .auto:
      do {
        return try await OllamaModel(
          settings.ollamaModel, on: settings.ollama(), numCtx: settings.llmContext, keepAlive: settings.keepAlive,
          freeBytes: diagnosis.availableMemory)
      } catch let error as CommentBotError where settings.llm == .auto && error.code != .configuration {
        return try await EngineChecks.embedded(diagnosis)
      }
    }
  }

  private func service() async throws -> any LanguageModel {
    try await ChatServiceModel(
      diagnosis.settings.llmModel, on: diagnosis.settings.chatService(), contextLimit: diagnosis.settings.llmContext)
  }

  private struct Answer {
    var text = ""
    var usage: ChatUsage
    var untilText: Double
    var seconds: Double
  }

  private func ask(_ model: any LanguageModel, _ question: String, limit: Int) async throws -> Answer {
    let start = ContinuousClock.now
    var (text, untilText) = ("", 0.0)
    let usage = try await model.chat(ChatRequest([ChatMessage(.user, question)], maxTokens: limit)) { piece in
      if text.isEmpty { untilText = (ContinuousClock.now - start) / .seconds(1) }
      text += piece
    }
    return Answer(text: text, usage: usage, untilText: untilText, seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
