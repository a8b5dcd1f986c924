internal import CLlama
import Foundation

/// Finds the damage in a GGUF file on which libllama ends the process instead of refusing the file.
///
/// Found by changing bytes of a real file at random: libllama refuses all other damage that it notices.
enum GGUFCheck {
  /// - Returns: what is wrong with the file; nil when libllama may see it.
  static func fault(_ path: String) -> String? {
    guard let metadata = gguf_init_from_file(path, gguf_init_params(no_alloc: true, ctx: nil)) else {
      return "its metadata are damaged"
    }
    defer { gguf_free(metadata) }
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
