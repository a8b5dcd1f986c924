import CWhisper
import CommentCore

/// Decodes what is heard of a window, at higher temperatures where the text repeats itself or is unsure.
struct WindowDecoder {
  let memory: WhisperMemory
  let threads: ComputeThreads
  /// Whether what other windows would compute with may be used.
  let isAlone: @Sendable () -> Bool
  let options: TranscriptionOptions
  let language: Int32
  let prompt: [whisper_token]
  /// Where speech ends, in hundredths of a second of what is heard.
  let end: Int
  /// Whether a single phrase is heard. Of a longer window whose speech was looked for, what repeats itself is heard
  /// again phrase by phrase: that is quicker than higher temperatures, and right where the speaker did repeat it.
  let isPhrase: Bool

  func decode(_ samples: [Float], monitor: DecodingMonitor) throws -> [HeardChunk] {
    let sound = HeardSound(samples, in: memory)
    let chunks = try decodeToTheEnd(sound, monitor)
    return try withTailHeardWhole(chunks, sound, monitor)
  }

  /// A last chunk of a word or two has lost what came before them, and the model guesses: it is heard again together
  /// with the segment before it.
  private func withTailHeardWhole(
    _ chunks: [HeardChunk], _ sound: HeardSound, _ monitor: DecodingMonitor
  ) throws -> [HeardChunk] {
    guard let tail = chunks.last, let tailStart = tail.segments.first?.start, end - tailStart < Self.shortestTail,
      var before = chunks.dropLast().last, let last = before.segments.popLast(), last.start + 10 < end
    else { return chunks }
    let again = try firstAttempt(offset: last.start, isSingle: false, sound, monitor).chunks
    guard !again.isEmpty, !again.contains(where: { $0.needsFallback(options) || $0.isDoubtful(options) }) else {
      return chunks
    }
    return chunks.dropLast(2) + (before.segments.isEmpty ? [] : [before]) + again
  }

  /// Hundredths of a second: 2 s.
  private static let shortestTail = 200

  private func decodeToTheEnd(_ sound: HeardSound, _ monitor: DecodingMonitor) throws -> [HeardChunk] {
    var accepted: [HeardChunk] = []
    var offset = 0
    while true {
      // With the text before it as context, a window is decoded in one go.
      var (chunks, isComplete) = try firstAttempt(
        offset: offset, isSingle: !options.conditionOnPreviousText, sound, monitor)
      if !isComplete, chunks.last?.segments.last?.end ?? offset <= offset {
        // What has no length is no place to go on from.
        (chunks, isComplete) = try firstAttempt(offset: offset, isSingle: false, sound, monitor)
      }
      if let retried = chunks.firstIndex(where: { needsRetry($0) }) {
        accepted += chunks[..<retried]
        offset = max(offset, chunks[..<retried].last?.segments.last?.end ?? offset)
        guard offset + 10 < end else { return accepted }
        let isLast = isComplete && retried == chunks.count - 1
        (chunks, isComplete) = try retry(chunks[retried], isLast: isLast, offset: offset, sound, monitor)
      }
      accepted += chunks
      // What follows gets its chance at the first temperature again.
      guard !isComplete, let next = chunks.last?.segments.last?.end, next > offset, next + 10 < end else {
        return accepted
      }
      offset = next
    }
  }

  /// Of a phrase, and of what is left of a window, only that is encoded: most of the time goes into the encoder.
  /// Without 30 s to hear the model is more likely to go on after the end of speech; then it gets them.
  private func firstAttempt(
    offset: Int, isSingle: Bool, _ sound: HeardSound, _ monitor: DecodingMonitor
  ) throws -> (chunks: [HeardChunk], isComplete: Bool) {
    let beams = options.beamSize ?? 1
    if isPhrase || offset > 0 {
      let fitted = try pass(
        options.temperature, beams: beams, offset: offset, isSingle: isSingle, isFitted: true, sound, monitor)
      if !fitted.chunks.contains(where: { $0.repeatsItself(options) || $0.runsOver(end) }) {
        return (fitted.chunks, fitted.isComplete)
      }
    }
    let full = try pass(options.temperature, beams: beams, offset: offset, isSingle: isSingle, sound, monitor)
    return (full.chunks, full.isComplete)
  }

  /// Beams where nobody asked for a number of them, and the first pass was greedy.
  private var retryBeams: Int? { options.beamSize == nil && options.temperature == 0 ? 5 : nil }

  private func needsRetry(_ chunk: HeardChunk) -> Bool {
    (retryBeams != nil && chunk.isUnsure && !chunk.isDoubtful(options))
      || (!fallbackTemperatures.isEmpty && fails(chunk))
  }

  private func fails(_ chunk: HeardChunk) -> Bool {
    chunk.needsFallback(options)
      && (isPhrase || !options.vadFilter || chunk.avgLogprob < options.logprobThreshold)
  }

  /// openai-whisper's: up to 1, in steps.
  private var fallbackTemperatures: [Double] {
    guard options.temperatureIncrement > 0 else { return [] }
    let step = options.temperatureIncrement
    return Array(stride(from: options.temperature + step, through: 1 + 1e-6, by: step))
  }

  /// The first chunk from the offset on: the surer one of `greedy` and that with beams, else that at the first
  /// temperature that does, else at the last one.
  /// - Parameter isLast: whether nothing is left to hear behind `greedy`.
  private func retry(
    _ greedy: HeardChunk, isLast: Bool, offset: Int, _ sound: HeardSound, _ monitor: DecodingMonitor
  ) throws -> (chunks: [HeardChunk], isComplete: Bool) {
    var result = ([greedy], isComplete: isLast)
    if let retryBeams {
      let beam = try pass(0, beams: retryBeams, offset: offset, isSingle: true, sound, monitor)
      let candidates = (beam.chunks.first.map { [($0, beam.isComplete)] } ?? []) + [(greedy, isLast)]
      let accepted = candidates.filter { !fails($0.0) }
      if let surest = accepted.max(by: { $0.0.avgLogprob < $1.0.avgLogprob }) { return ([surest.0], surest.1) }
    }
    for temperature in fallbackTemperatures {
      let pass = try pass(temperature, beams: 1, offset: offset, isSingle: true, sound, monitor)
      guard var chunk = pass.chunks.first else { continue }
      chunk.firstLogprob = greedy.avgLogprob
      result = ([chunk], pass.isComplete)
      if !fails(chunk) { break }
    }
    return result
  }

  private func pass(
    _ temperature: Double, beams: Int, offset: Int, isSingle: Bool, isFitted: Bool = false, _ sound: HeardSound,
    _ monitor: DecodingMonitor
  ) throws -> DecodingPass.Result {
    let borrowed = isAlone() ? threads.borrowRest() : 0
    defer { threads.giveBack(borrowed) }
    let pass = DecodingPass(
      model: memory.model, threads: threads.share + borrowed, options: options, language: language, prompt: prompt,
      temperature: temperature, beamSize: beams, offset: offset, end: end, isSingle: isSingle, isFitted: isFitted)
    return try pass.run(sound, monitor: monitor)
  }
}
