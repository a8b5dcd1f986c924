import CWhisper
import CommentCore

/// Working memory that is kept from window to window, because making it takes time; used by one thread at a time.
final class WhisperMemory {
  /// What a state is for. libwhisper's attention reads positions behind the end of what was encoded, up to the next
  /// multiple of 256: where shorter and longer encodings share a state, it reads what the longer ones have left there.
  enum Use {
    /// Encodings of 30 s.
    case full
    /// Encodings of any multiple of 256 positions.
    case fitted
  }

  let model: WhisperModel
  private var idleStates: [Use: WhisperState] = [:]

  init(for model: WhisperModel) {
    self.model = model
  }

  /// A state that may have served before: no random numbers must be drawn with it.
  func takeState(for use: Use) throws -> WhisperState {
    try idleStates.removeValue(forKey: use) ?? WhisperState(model)
  }

  /// For the next one to take.
  func giveBack(_ state: WhisperState, for use: Use) {
    if !state.isForgotten { idleStates[use] = state }
  }
}

/// Owns what libwhisper writes into while it decodes, and keeps the model that it belongs to.
final class WhisperState {
  let pointer: OpaquePointer
  private let model: WhisperModel
  private(set) var isForgotten = false

  init(_ model: WhisperModel) throws {
    guard let pointer = whisper_init_state(model.context) else {
      throw CommentBotError(.engine, "start", model.path, cause: EngineLog.takeError() ?? "there is not enough memory")
    }
    self.pointer = pointer
    self.model = model
  }

  deinit { if !isForgotten { whisper_free_state(pointer) } }

  /// For the one error after which libwhisper has freed the state itself.
  func forget() { isForgotten = true }
}
