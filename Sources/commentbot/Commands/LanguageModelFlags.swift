import ArgumentParser
import CommentCore
import Foundation

/// Who writes.
struct LanguageModelFlags: ParsableArguments {
  @Option(help: "auto (LLM_URL if set, Ollama when one answers, else embedded), ollama, openai, embedded or none.")
  var llm: Settings.LLM?

  @Option(
    name: TranscriptionFlags.both("llm_model"),
    help: "Model of Ollama or of the server at LLM_URL, or an embedded model's name or GGUF file.")
  var llmModel: String?

  @Flag(help: "Let a model of Ollama that can think do so before it answers, which takes much longer.")
  var think = false

  @Option(
    name: TranscriptionFlags.both("keep_alive"),
    help: "How long Ollama keeps the model in memory afterwards, such as 5m; 0 frees it at once.")
  var keepAlive: String?
}

extension Settings.LLM: ExpressibleByArgument {}
