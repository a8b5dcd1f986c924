import CWhisper
import Synchronization

/// libwhisper and ggml write to stderr unless told otherwise: keeps their last error as the cause to show, and is
/// silent.
enum EngineLog {
  private static let lastError = Mutex<String?>(nil)

  /// Set once in the process, whoever comes first.
  static let isInstalled: Bool = {
    whisper_log_set(
      { level, text, _ in
        guard level == GGML_LOG_LEVEL_ERROR, let text else { return }
        let line = String(cString: text)
        EngineLog.lastError.withLock { $0 = line.split(separator: "\n").last.map(String.init) ?? $0 }
      }, nil)
    return true
  }()

  /// The last error that was not yet taken.
  static func takeError() -> String? {
    lastError.withLock { error in
      defer { error = nil }
      return error
    }
  }
}
