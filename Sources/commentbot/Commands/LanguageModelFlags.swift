import ArgumentParser
import CommentCore
import Foundation

/// Who writes the comments, and which.
struct LanguageModelFlags: ParsableArguments {
  @Option(help: "auto (Ollama when one answers, else embedded), ollama, embedded or none.")
  var llm: Settings.LLM?

  @Option(
    name: TranscriptionFlags.both("llm_model"), help: "Model of Ollama, or an embedded model's name or GGUF file.")
  var llmModel: String?

  @Option(help: "Kinds of comments, with commas between them.")
  var kinds: String = CommentKind.shipped.map(\.name).joined(separator: ",")

  /// - Throws: ``CommentBotError`` with code `usage` when a kind is unknown.
  func commentKinds() throws -> [CommentKind] {
    try kinds.split(separator: ",").map { try CommentKind.named($0.trimmingCharacters(in: .whitespaces)) }
  }
}

extension Settings.LLM: ExpressibleByArgument {}
