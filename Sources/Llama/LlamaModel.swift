import CLlama
public import CommentCore
public import Foundation

/// A language model in this process: a GGUF file run by libllama.
///
/// Calls run one after the other. What one prompt shares with the one before is not computed again, so keep the stable
/// text first.
public struct LlamaModel: LanguageModel {
  /// The engine is `embedded`.
  public let identity: EngineIdentity
  /// Tokens of prompt and answer together.
  public let contextLength: Int
  /// Whether the model is too small to be trusted.
  public let isWeak: Bool
  /// Whether the file's chat template is missing or unknown to libllama, so that ChatML stands in for it.
  public let isTemplateAssumed: Bool
  private let session: LlamaSession

  /// Loads the file.
  /// - Parameters:
  ///   - name: as people know it.
  ///   - digest: SHA-256 of the file.
  ///   - contextLimit: tokens that prompt and answer may take together at the most; memory grows with it.
  ///   - threads: clamped to 1...cores; more than the cores only slows down.
  ///   - hint: the command that mends a missing or damaged file.
  /// - Throws: ``CommentBotError`` with code `modelMissing`, `modelDamaged` or `engine`.
  public static func load(
    _ file: URL, name: String, digest: String, contextLimit: Int = 8192,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount, hint: String = "commentbot models pull smollm2"
  ) async throws -> LlamaModel {
    let session = LlamaSession(name: name)
    let threads = min(max(1, threads), ProcessInfo.processInfo.activeProcessorCount)
    let facts = try await session.open(file, contextLimit: contextLimit, threads: threads, hint: hint)
    return LlamaModel(
      identity: EngineIdentity(engine: "embedded", model: name, digest: digest), contextLength: facts.contextLength,
      isWeak: Double(facts.parameterCount) < LanguageModelSize.weakBelow, isTemplateAssumed: facts.isTemplateAssumed,
      session: session)
  }

  /// Exact for the text alone; the chat template adds a few tokens for each message.
  public func countTokens(_ text: String) async throws -> Int {
    try await session.countTokens(text)
  }

  public func chat(_ request: ChatRequest, onText: (String) async throws -> Void) async throws -> ChatUsage {
    let stop = StopFlag()
    // What waits here is bounded by the tokens of the answer; the engine's thread is not kept for a slow reader.
    let (pieces, written) = AsyncStream<String>.makeStream()
    written.onTermination = { _ in stop.set() }
    let answer = Task {
      defer { written.finish() }
      return try await session.answer(request, stop: stop) { written.yield($0) }
    }
    defer { stop.set() }
    for await piece in pieces { try await onText(piece) }
    try Task.checkCancellation()
    return try await answer.value
  }
}

extension LlamaModel {
  /// The version of ggml that libllama computes with.
  public static var ggmlVersion: String { String(cString: ggml_version()) }

  /// The version of libllama that is linked.
  public static var libraryVersion: String { String(cString: llama_version()) }

  /// Whether ggml shares its work between threads by OpenMP, which waits for them more cheaply than ggml itself.
  public static var usesOpenMP: Bool {
    systemInfo.contains("OPENMP = 1")
  }

  /// The processor's instruction sets that ggml computes with here, by ggml's names, such as `AVX2`.
  public static var instructionSets: Set<String> {
    Set(systemInfo.matches(of: /([A-Z0-9_]+) = [1-9]/).map { String($0.output.1) })
  }

  private static var systemInfo: String {
    LlamaBackend.start
    return String(cString: llama_print_system_info())
  }
}
