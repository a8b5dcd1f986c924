internal import CLlama
import CommentCore
import Foundation

/// The owner of a `llama_model`, and what its vocabulary and metadata say. The file stays mapped while it lives.
final class LlamaWeights {
  let pointer: OpaquePointer
  let vocabulary: OpaquePointer

  /// - Throws: ``CommentBotError`` with code `modelMissing` or `modelDamaged`.
  init(_ file: URL, hint: String) throws {
    guard let handle = try? FileHandle(forReadingFrom: file) else {
      throw CommentBotError(
        .modelMissing, "load", file.path, cause: "there is no such file, or it is not readable", hint: hint)
    }
    defer { try? handle.close() }
    guard (try? handle.read(upToCount: 4)) == Data("GGUF".utf8) else {
      throw CommentBotError(.modelDamaged, "load", file.path, cause: "it is not a GGUF file", hint: hint)
    }
    LlamaBackend.start
    if let fault = GGUFCheck.fault(file.path) {
      throw CommentBotError(.modelDamaged, "load", file.path, cause: fault, hint: hint)
    }
    guard let model = llama_model_load_from_file(file.path, llama_model_default_params()) else {
      throw CommentBotError(.modelDamaged, "load", file.path, cause: LlamaBackend.takeCause(), hint: hint)
    }
    pointer = model
    guard let vocabulary = llama_model_get_vocab(model), llama_vocab_n_tokens(vocabulary) > 0,
      llama_model_has_decoder(model), !llama_model_has_encoder(model)
    else {
      llama_model_free(model)
      throw CommentBotError(.modelDamaged, "load", file.path, cause: "it is not a model that writes text", hint: hint)
    }
    self.vocabulary = vocabulary
  }

  deinit {
    llama_model_free(pointer)
  }

  /// Tokens of context that the model was trained for.
  var trainedContext: Int { Int(llama_model_n_ctx_train(pointer)) }
  var parameterCount: UInt64 { llama_model_n_params(pointer) }
  var tokenCount: Int { Int(llama_vocab_n_tokens(vocabulary)) }

  /// The Jinja text of the chat template, when the file has one.
  var chatTemplate: String? { llama_model_chat_template(pointer, nil).map { String(cString: $0) } }

  /// The token that every text has to begin with.
  var beginToken: llama_token? {
    llama_vocab_get_add_bos(vocabulary) ? llama_vocab_bos(vocabulary) : nil
  }

  func isEnd(_ token: llama_token) -> Bool { llama_vocab_is_eog(vocabulary, token) }

  /// - Parameter isTemplate: whether names of control tokens in the text become these tokens.
  func tokens(_ text: String, isTemplate: Bool = false) throws -> [llama_token] {
    let utf8 = Array(text.utf8)
    guard let length = Int32(exactly: utf8.count) else {
      throw CommentBotError(.contextExceeded, "count", "the tokens of a text", cause: "it has \(utf8.count) bytes")
    }
    return try utf8.withUnsafeBytes { raw in
      let bytes = raw.bindMemory(to: CChar.self).baseAddress
      // No token is shorter than a byte, so this is always room enough; SentencePiece may add a space.
      let capacity = utf8.count + 2
      var count: Int32 = 0
      let tokens = [llama_token](unsafeUninitializedCapacity: capacity) { buffer, used in
        count = llama_tokenize(
          vocabulary, bytes, length, buffer.baseAddress, Int32(clamping: capacity), false, isTemplate)
        used = Int(max(0, count))
      }
      guard count >= 0 else {
        throw CommentBotError(.engine, "count", "the tokens of a text", cause: "libllama could not split it")
      }
      return tokens
    }
  }

  /// The bytes of a token; none for control tokens.
  func bytes(of token: llama_token) -> [UInt8] {
    var capacity: Int32 = 64
    while true {
      var count: Int32 = 0
      let bytes = [CChar](unsafeUninitializedCapacity: Int(capacity)) { buffer, used in
        count = llama_token_to_piece(vocabulary, token, buffer.baseAddress, capacity, 0, false)
        used = Int(max(0, count))
      }
      // A negative count is the room that is needed.
      if count >= 0 { return bytes.map { UInt8(bitPattern: $0) } }
      capacity = -count
    }
  }
}
