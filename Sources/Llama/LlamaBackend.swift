internal import CLlama
import CommentCore
import Synchronization

/// What libllama needs once in a process before the first model is loaded.
enum LlamaBackend {
  /// Loads the CPU variants of a ggml with dynamic backends and silences the log, keeping its last error for causes.
  static let start: Void = {
    llama_log_set(
      { level, text, _ in
        guard level == GGML_LOG_LEVEL_ERROR, let text else { return }
        LlamaBackend.lastError.withLock { $0 = String(cString: text) }
      }, nil)
    EngineStart.loadBackends { folder in
      guard ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nil else { return }
      if let folder { ggml_backend_load_all_from_path(folder) }
      if ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nil { ggml_backend_load_all() }
    }
    llama_backend_init()
  }()

  /// The last error that libllama has logged.
  static let lastError = Mutex("")

  /// The last error as a cause: without the name of the C function before it, and without its line end.
  static func takeCause() -> String {
    let text = lastError.withLock { text in
      defer { text = "" }
      return text
    }
    let line = text.split(separator: "\n").last.map(String.init) ?? ""
    guard let colon = line.firstRange(of: ": ") else { return line.isEmpty ? "libllama gave no reason" : line }
    return String(line[colon.upperBound...])
  }
}
