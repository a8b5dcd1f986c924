internal import CLlama
import CommentCore

/// The owner of a `llama_context`: the keys and values of what the model has read.
final class LlamaContext {
  private let pointer: OpaquePointer
  /// The context keeps a pointer into the weights.
  private let weights: LlamaWeights
  /// The prompt's tokens, in whole chunks, whose keys and values are there.
  private var memory: [llama_token] = []
  /// The tokens in the context, those after ``memory`` included.
  private var count = 0

  /// Tokens of a prompt that are computed in one go. As fast as 512 on a CPU (measured), and little is lost when a
  /// beginning is shared up to the middle of a chunk.
  static let chunk = 64

  /// - Parameter length: tokens that prompt and answer may take together.
  init(_ weights: LlamaWeights, length: Int, threads: Int) throws {
    var parameters = llama_context_default_params()
    parameters.n_ctx = UInt32(length)
    parameters.n_batch = UInt32(Self.chunk)
    parameters.n_ubatch = parameters.n_batch
    parameters.n_threads = Int32(threads)
    parameters.n_threads_batch = Int32(threads)
    guard let context = llama_init_from_model(weights.pointer, parameters) else {
      throw CommentBotError(
        .engine, "prepare", "a context of \(length) tokens", cause: LlamaBackend.takeCause(),
        hint: "use a smaller context or a smaller model")
    }
    pointer = context
    self.weights = weights
  }

  deinit {
    llama_free(pointer)
  }

  /// Reads the prompt, except for the beginning that it shares with the one before.
  ///
  /// Only whole chunks are shared: the same tokens in other chunks give figures that differ in the last bits, and an
  /// answer would depend on what was asked before.
  /// - Returns: tokens that were computed.
  /// - Throws: ``CommentBotError`` with code `engine`; `CancellationError` when `stop` was set.
  func read(_ prompt: [llama_token], stop: StopFlag) throws -> Int {
    // The last token is always computed: its logits choose the first token of the answer.
    let common = zip(prompt, memory).prefix { $0 == $1 }.count
    let shared = min(common, prompt.count - 1) / Self.chunk * Self.chunk
    forget(after: shared)
    let start = count
    for lower in stride(from: start, to: prompt.count, by: Self.chunk) {
      let chunk = Array(prompt[lower..<min(lower + Self.chunk, prompt.count)])
      try compute(chunk, stop)
      if chunk.count == Self.chunk { memory += chunk }
    }
    return prompt.count - start
  }

  /// Reads a token of the answer.
  func read(_ token: llama_token, stop: StopFlag) throws {
    try compute([token], stop)
  }

  /// The logits after the last token that was read; valid until the next one is.
  func logits() throws -> UnsafePointer<Float> {
    guard let logits = llama_get_logits_ith(pointer, -1) else {
      throw CommentBotError(.engine, "run", "the language model", cause: "it gave no logits")
    }
    return UnsafePointer(logits)
  }

  private func compute(_ tokens: [llama_token], _ stop: StopFlag) throws {
    if stop.isSet { throw CancellationError() }
    // libllama calls back from its own thread, only while it computes.
    llama_set_abort_callback(
      pointer,
      { flag in flag.map { Unmanaged<StopFlag>.fromOpaque($0).takeUnretainedValue().isSet } ?? false },
      Unmanaged.passUnretained(stop).toOpaque())
    var tokens = tokens
    let status = tokens.withUnsafeMutableBufferPointer { buffer in
      withExtendedLifetime(stop) {
        llama_decode(pointer, llama_batch_get_one(buffer.baseAddress, Int32(buffer.count)))
      }
    }
    llama_set_abort_callback(pointer, nil, nil)
    guard status == 0 else {
      // A part of the batch may have stayed.
      forget(after: memory.count)
      if stop.isSet { throw CancellationError() }
      throw CommentBotError(.engine, "run", "the language model", cause: "llama_decode returned \(status)")
    }
    count += tokens.count
  }

  /// Keeps the first tokens only; models whose memory cannot be cut forget everything.
  private func forget(after first: Int) {
    let store = llama_get_memory(pointer)
    if llama_memory_seq_rm(store, 0, llama_pos(first), -1) {
      count = first
    } else {
      llama_memory_clear(store, true)
      count = 0
    }
    memory.removeLast(memory.count - min(count, memory.count))
  }
}
