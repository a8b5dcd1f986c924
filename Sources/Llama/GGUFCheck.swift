internal import CLlama
import Foundation

/// Finds the damage in a GGUF file on which libllama ends the process instead of refusing the file.
///
/// Found by changing bytes of a real file at random, 4,000 times: libllama refuses all other damage that it notices.
enum GGUFCheck {
  /// libllama's `LLAMA_MAX_LAYERS`.
  private static let mostLayers: UInt32 = 512

  /// - Returns: what is wrong with the file; nil when libllama may see it.
  static func fault(_ path: String) -> String? {
    guard let metadata = gguf_init_from_file(path, gguf_init_params(no_alloc: true, ctx: nil)) else {
      return "its metadata are damaged"
    }
    defer { gguf_free(metadata) }
    return layerFault(metadata) ?? vocabularyFault(metadata)
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
