import CWhisper
import CommentCore

/// Decodes what is heard of a window, at higher temperatures where the text repeats itself or is unsure.
struct WindowDecoder {
  let model: WhisperModel
  let options: TranscriptionOptions
  let language: Int32
  let prompt: [whisper_token]
  /// Where speech ends, in hundredths of a second of what is heard.
  let end: Int

  func decode(_ samples: [Float], monitor: DecodingMonitor) throws -> [HeardChunk] {
    var accepted: [HeardChunk] = []
    var offset = 0
    while true {
      let first = try pass(options.temperature, offset: offset, isSingle: false, samples, monitor)
      let temperatures = fallbackTemperatures
      guard !temperatures.isEmpty, let failed = first.chunks.firstIndex(where: { $0.needsFallback(options) }) else {
        return accepted + first.chunks
      }
      accepted += first.chunks[..<failed]
      offset = max(offset, first.chunks[..<failed].last?.segments.last?.end ?? offset)
      guard offset + 10 < end,
        let (chunk, isComplete) = try fallBack(temperatures, offset: offset, samples, monitor)
      else { return accepted }
      accepted.append(chunk)
      // What follows the chunk gets its chance at the first temperature again.
      guard !isComplete, let end = chunk.segments.last?.end, end > offset, end + 10 < self.end else { return accepted }
      offset = end
    }
  }

  /// openai-whisper's: up to 1, in steps.
  private var fallbackTemperatures: [Double] {
    guard options.temperatureIncrement > 0 else { return [] }
    let step = options.temperatureIncrement
    return Array(stride(from: options.temperature + step, through: 1 + 1e-6, by: step))
  }

  /// The first chunk from the offset on, at the first temperature that does, else at the last one.
  private func fallBack(
    _ temperatures: [Double], offset: Int, _ samples: [Float], _ monitor: DecodingMonitor
  ) throws -> (HeardChunk, isComplete: Bool)? {
    var result: (HeardChunk, Bool)?
    for temperature in temperatures {
      let pass = try pass(temperature, offset: offset, isSingle: true, samples, monitor)
      guard let chunk = pass.chunks.first else { continue }
      result = (chunk, pass.isComplete)
      if !chunk.needsFallback(options) { break }
    }
    return result
  }

  private func pass(
    _ temperature: Double, offset: Int, isSingle: Bool, _ samples: [Float], _ monitor: DecodingMonitor
  ) throws -> DecodingPass.Result {
    let pass = DecodingPass(
      model: model, options: options, language: language, prompt: prompt, temperature: temperature, offset: offset,
      end: end, isSingle: isSingle)
    // A fresh state has fresh random numbers: the text of a window must not depend on those before it.
    return try pass.run(samples, state: WhisperState(model), monitor: monitor)
  }
}
