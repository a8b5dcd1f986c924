import CommentCore
import OllamaClient

/// A server with OpenAI's chat API.
enum LanguageModelChecks {
  static let all = [
    Check(.llm, "service", "whether the server of LLM_URL answers") { diagnosis in
      let settings = diagnosis.settings
      guard settings.llm == .openai || (settings.llm == .auto && settings.llmURL != nil) else { return nil }
      let model = try await ChatServiceModel(
        settings.llmModel, on: settings.chatService(), contextLimit: settings.llmContext)
      return .ok("\(settings.llmURL ?? "") answers; its model: \(model.identity.model)")
    }
  ]
}
