internal import CLlama
import CommentCore
import Foundation

/// The thread on which libllama runs, one call after the other, and all that it owns.
actor LlamaSession {
  struct Facts: Sendable {
    var contextLength: Int
    var parameterCount: UInt64
    var isTemplateAssumed: Bool
  }

  private struct Engine {
    var weights: LlamaWeights
    var context: LlamaContext
    var template: ChatTemplate
    var contextLength: Int
  }

  private let executor = BlockingExecutor(label: "commentbot.llama")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let name: String
  private var engine: Engine?

  init(name: String) {
    self.name = name
  }

  func open(_ file: URL, contextLimit: Int, threads: Int, hint: String) throws -> Facts {
    let weights = try LlamaWeights(file, hint: hint)
    let length = min(weights.trainedContext, contextLimit)
    let context = try LlamaContext(weights, length: length, threads: threads)
    let template = ChatTemplate(weights)
    engine = Engine(weights: weights, context: context, template: template, contextLength: length)
    return Facts(
      contextLength: length, parameterCount: weights.parameterCount, isTemplateAssumed: template.isAssumed)
  }

  func countTokens(_ text: String) throws -> Int {
    try opened().weights.tokens(text).count
  }

  /// Answers the request, giving each piece of text away as it is written.
  func answer(_ request: ChatRequest, stop: StopFlag, write: (String) -> Void) throws -> ChatUsage {
    let engine = try opened()
    let prompt = try engine.template.tokens(request.messages, engine.weights)
    guard prompt.count + request.maxTokens <= engine.contextLength else {
      let cause = "\(prompt.count) tokens and \(request.maxTokens) for the answer exceed \(engine.contextLength)"
      throw CommentBotError(.contextExceeded, "ask", name, cause: cause)
    }
    let sampler = try LlamaSampler(request, engine.weights)
    let evaluated = try engine.context.read(prompt, stop: stop)

    var usage = ChatUsage(promptTokens: prompt.count, evaluatedTokens: evaluated, outputTokens: 0, isCut: true)
    var joiner = UTF8Joiner()
    while usage.outputTokens < request.maxTokens {
      let token = try sampler.next(try engine.context.logits())
      if engine.weights.isEnd(token) {
        usage.isCut = false
        break
      }
      usage.outputTokens += 1
      let text = joiner.append(engine.weights.bytes(of: token))
      if !text.isEmpty { write(text) }
      try engine.context.read(token, stop: stop)
    }
    let rest = joiner.finish()
    if !rest.isEmpty { write(rest) }
    return usage
  }

  private func opened() throws -> Engine {
    guard let engine else { throw CommentBotError(.engine, "use", name, cause: "the model is not loaded") }
    return engine
  }
}
