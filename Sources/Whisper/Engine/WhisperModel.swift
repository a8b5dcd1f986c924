import CWhisper
import CommentCore
import Foundation

/// Owns a libwhisper context (weights and vocabulary).
///
/// `@unchecked`: a loaded context is only read. All that libwhisper computes is written into the ``WhisperState`` that
/// each call is given; its own `whisper_full_parallel` shares a context between threads the same way.
final class WhisperModel: @unchecked Sendable {
  let path: String
  /// As people type it.
  let name: String
  /// Never nil between init and deinit.
  let context: OpaquePointer
  /// Whether tokens carry times by ``TokenAlignment``.
  let alignsTokens: Bool

  /// - Parameter alignsTokens: whether to align tokens with the audio, if that can be done with this model.
  init(url: URL, name: String, alignsTokens: Bool = false) throws {
    try GGMLModelFile.checkWhisper(url)
    WhisperBackend.start
    _ = EngineLog.takeError()
    commentbot_return_large_blocks()
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
    path = url.path
    self.name = name
  }

  deinit {
    whisper_free(context)
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
