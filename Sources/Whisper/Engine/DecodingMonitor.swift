import CWhisper
import CommentCore

/// What libwhisper calls while it decodes: follows its progress, notes where chunks begin, and stops it.
///
/// Used by the engine's thread alone, except for ``stop``.
final class DecodingMonitor {
  let stop: StopFlag
  /// Called with the share of the samples that is done, in 0...1, never going back.
  private let progress: (Double) -> Void
  private var done = 0.0
  private var isSingle = false
  private var heard = 0..<0
  private var isAligned = false
  /// Of what this pass hears, rounded down.
  private var percent = 0
  /// Number of segments before each chunk.
  private(set) var chunkStarts: [Int32] = []
  private(set) var isComplete = false

  init(stop: StopFlag, progress: @escaping (Double) -> Void) {
    self.stop = stop
    self.progress = progress
  }

  /// - Parameters:
  ///   - isSingle: stops after the first chunk with text.
  ///   - heard: what the pass is to hear, in hundredths of a second.
  ///   - isAligned: stops before a chunk that is too short to be aligned.
  func begin(isSingle: Bool, heard: Range<Int>, isAligned: Bool) {
    self.isSingle = isSingle
    self.heard = heard
    self.isAligned = isAligned
    percent = 0
    chunkStarts = []
    isComplete = true
  }

  /// The monitor must outlive the call that the parameters are for.
  func attach(to parameters: inout whisper_full_params) {
    let pointer = Unmanaged.passUnretained(self).toOpaque()
    parameters.abort_callback_user_data = pointer
    parameters.abort_callback = { pointer in
      pointer.map { DecodingMonitor.at($0).stop.isSet } ?? false
    }
    parameters.progress_callback_user_data = pointer
    parameters.progress_callback = { _, _, percent, pointer in
      if let pointer { DecodingMonitor.at(pointer).report(percent) }
    }
    parameters.encoder_begin_callback_user_data = pointer
    parameters.encoder_begin_callback = { _, state, pointer in
      pointer.map { DecodingMonitor.at($0).beginChunk(state) } ?? true
    }
  }

  private static func at(_ pointer: UnsafeMutableRawPointer) -> DecodingMonitor {
    Unmanaged<DecodingMonitor>.fromOpaque(pointer).takeUnretainedValue()
  }

  private func report(_ percent: Int32) {
    self.percent = Int(percent)
    done = max(done, Double(percent) / 100)
    progress(min(1, done))
  }

  /// Whether to go on.
  private func beginChunk(_ state: OpaquePointer?) -> Bool {
    let count = whisper_full_n_segments_from_state(state)
    if stop.isSet || (isSingle && count > 0) {
      isComplete = false
      return false
    }
    let last = count > 0 ? Int(whisper_full_get_segment_t1_from_state(state, count - 1)) : heard.lowerBound
    if isAligned,
      !TokenAlignment.hasRoom(length: heard.count, percent: percent, rest: heard.upperBound - last)
    {
      return false
    }
    chunkStarts.append(count)
    return true
  }
}
