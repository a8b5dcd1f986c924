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

  /// Each kind once.
  /// - Throws: ``CommentBotError`` with code `usage` when a kind is unknown or none is named.
  func commentKinds() throws -> [CommentKind] {
    let names = kinds.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    return try names.reduce(into: []) { kinds, name in
      if !kinds.contains(where: { $0.name == name }) { kinds.append(try CommentKind.named(name)) }
    }
  }
}

extension Settings.LLM: ExpressibleByArgument {}
