import CWhisper
import CommentCore
import Foundation

/// Owns a libwhisper context (weights and vocabulary); used by one thread at a time.
final class WhisperModel {
  let path: String
  let threads: Int32
  /// Never nil between init and deinit.
  let context: OpaquePointer
  /// Whether tokens carry times by ``TokenAlignment``.
  let alignsTokens: Bool
  private var idleStates: [StateUse: WhisperState] = [:]

  /// - Parameter alignsTokens: whether to align tokens with the audio, if that can be done with this model.
  init(url: URL, threads: Int, alignsTokens: Bool = false) throws {
    try GGMLModelFile.checkWhisper(url)
    _ = EngineLog.isInstalled
    _ = EngineLog.takeError()
    var parameters = whisper_context_default_params()
    #if os(Linux)
      parameters.use_gpu = false
    #endif
    parameters.flash_attn = true
    self.alignsTokens = alignsTokens ? try TokenAlignment.enable(for: url, in: &parameters) : false
    guard let context = whisper_init_from_file_with_params_no_state(url.path, parameters) else {
      throw CommentBotError(
        .modelDamaged, "load", url.path, cause: EngineLog.takeError() ?? "libwhisper refuses it",
        hint: "get the file again, then: commentbot models import FILE")
    }
    self.context = context
    self.threads = Int32(threads)
    path = url.path
  }

  deinit {
    idleStates = [:]
    whisper_free(context)
  }

  /// What working memory is for. libwhisper's attention reads positions behind the end of what was encoded, up to the next
  /// multiple of 256: where shorter and longer encodings share a memory, it reads what the longer ones have left there.
  enum StateUse {
    /// Encodings of 30 s.
    case full
    /// Encodings of any multiple of 256 positions.
    case fitted
  }

  /// Working memory that may have served before, because making it takes time: no random numbers must be drawn with it.
  func takeState(for use: StateUse) throws -> WhisperState {
    try idleStates.removeValue(forKey: use) ?? WhisperState(self)
  }

  /// For the next one to take.
  func giveBack(_ state: WhisperState, for use: StateUse) {
    if !state.isForgotten { idleStates[use] = state }
  }

  var isMultilingual: Bool { whisper_is_multilingual(context) != 0 }

  /// Tokens from here on are not text.
  var endOfText: whisper_token { whisper_token_eot(context) }

  /// Tokens of previous text or of an initial prompt that the model takes.
  var promptCapacity: Int { Int(whisper_n_text_ctx(context)) / 2 - 1 }

  func tokens(of text: String) -> [whisper_token] {
    // A token has at least one byte.
    var tokens = [whisper_token](repeating: 0, count: text.utf8.count + 1)
    let count = whisper_tokenize(context, text, &tokens, Int32(tokens.count))
    return Array(tokens.prefix(max(0, Int(count))))
  }

  /// The bytes that a token stands for; part of a character in some languages.
  func bytes(of token: whisper_token) -> [UInt8] {
    guard let text = whisper_token_to_str(context, token) else { return [] }
    return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }
}

/// Owns the working memory of a decoding.
final class WhisperState {
  let pointer: OpaquePointer
  private(set) var isForgotten = false

  init(_ model: WhisperModel) throws {
    guard let pointer = whisper_init_state(model.context) else {
      throw CommentBotError(.engine, "start", model.path, cause: EngineLog.takeError() ?? "there is not enough memory")
    }
    self.pointer = pointer
  }

  deinit { if !isForgotten { whisper_free_state(pointer) } }

  /// For the one error after which libwhisper has freed the state itself.
  func forget() { isForgotten = true }
}
