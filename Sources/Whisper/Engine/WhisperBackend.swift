import CWhisper
import CommentCore

/// What libwhisper needs once in a process before the first model is loaded.
enum WhisperBackend {
  static let start: Void = {
    _ = EngineLog.isInstalled
    EngineStart.loadBackends { folder in
      guard ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nil else { return }
      if let folder { ggml_backend_load_all_from_path(folder) }
      if ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nil { ggml_backend_load_all() }
    }
  }()
}
