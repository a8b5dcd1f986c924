internal import CLlama
import CommentCore
public import Foundation

/// Finds damage in a GGUF file without loading it: what is cut off, and that on which libllama ends the process instead
/// of refusing the file.
///
/// Found by changing bytes of a real file at random, 4,000 times: libllama refuses all other damage that it notices.
public enum GGUFCheck {
  /// libllama's `LLAMA_MAX_LAYERS`.
  private static let mostLayers: UInt32 = 512

  /// - Throws: ``CommentBotError`` with code `modelDamaged` when the file is cut off or its metadata are damaged.
  public static func check(_ file: URL) throws {
    LlamaBackend.start
    if let fault = fault(file.path) { throw CommentBotError(.modelDamaged, "read", file.path, cause: fault) }
  }

  /// - Returns: what is wrong with the file; nil when libllama may see it.
  static func fault(_ path: String) -> String? {
    guard let metadata = gguf_init_from_file(path, gguf_init_params(no_alloc: true, ctx: nil)) else {
      return "its metadata are damaged"
    }
    defer { gguf_free(metadata) }
    return layerFault(metadata) ?? vocabularyFault(metadata) ?? sizeFault(metadata, path)
  }

  private static func sizeFault(_ metadata: OpaquePointer, _ path: String) -> String? {
    var info = stat()
    guard stat(path, &info) == 0 else { return "it cannot be read: \(String(cString: strerror(errno)).lowercased())" }
    let room = Int(info.st_size) - gguf_get_data_offset(metadata)
    for tensor in 0..<gguf_get_n_tensors(metadata) {
      let (offset, size) = (gguf_get_tensor_offset(metadata, tensor), gguf_get_tensor_size(metadata, tensor))
      guard size <= room, offset <= room - size else { return "it ends too early" }
    }
    return nil
  }

  private static func layerFault(_ metadata: OpaquePointer) -> String? {
    let key = gguf_find_key(metadata, "general.architecture")
    guard key >= 0, gguf_get_kv_type(metadata, key) == GGUF_TYPE_STRING,
      let architecture = gguf_get_val_str(metadata, key)
    else { return "it names no architecture" }
    let layers = gguf_find_key(metadata, "\(String(cString: architecture)).block_count")
    guard layers >= 0, gguf_get_kv_type(metadata, layers) == GGUF_TYPE_UINT32,
      (1...mostLayers).contains(gguf_get_val_u32(metadata, layers))
    else { return "its number of layers is damaged" }
    return nil
  }

  private static func vocabularyFault(_ metadata: OpaquePointer) -> String? {
    let key = gguf_find_key(metadata, "tokenizer.ggml.tokens")
    guard key >= 0, gguf_get_kv_type(metadata, key) == GGUF_TYPE_ARRAY,
      gguf_get_arr_type(metadata, key) == GGUF_TYPE_STRING
    else { return "it has no vocabulary" }
    // libllama asserts that no two tokens are alike. Empty ones get names of their own there.
    let tokens = (0..<gguf_get_arr_n(metadata, key)).compactMap { gguf_get_arr_str(metadata, key, $0) }
      .sorted { strcmp($0, $1) < 0 }
    let hasTwins = zip(tokens, tokens.dropFirst()).contains { $0.pointee != 0 && strcmp($0, $1) == 0 }
    return hasTwins ? "its vocabulary is damaged" : nil
  }
}
