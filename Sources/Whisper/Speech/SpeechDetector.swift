/// Turns probabilities of speech into stretches of speech, with hysteresis as in Silero's `get_speech_timestamps`.
struct SpeechDetector {
  static let threshold: Float = 0.5
  static let endThreshold: Float = 0.35
  /// Speech begins at this probability.
  var threshold = Self.threshold
  /// Speech goes on until the probability stays below this.
  var endThreshold = Self.endThreshold
  /// Shorter bursts are noise, in samples: 96 ms, three frames, so that a short "yes" is kept.
  var minSpeech = 1536
  /// A shorter pause does not end speech, in samples: 100 ms.
  var minSilence = 1600
  /// Kept on both sides, in samples: 400 ms, because quiet beginnings and endings of words score low.
  var padding = 6400

  /// Ranges of samples in order, apart from each other and within `0..<count`.
  func spans(_ probabilities: [Float], frameLength: Int, count: Int) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var start: Int?
    var silence: Int?
    for (index, probability) in probabilities.enumerated() {
      let position = index * frameLength
      if probability >= threshold {
        if start == nil { start = position }
        silence = nil
      } else if let begun = start, probability < endThreshold {
        let quiet = silence ?? position
        silence = quiet
        if position + frameLength - quiet >= minSilence {
          append(begun..<quiet, to: &spans)
          start = nil
          silence = nil
        }
      }
    }
    if let start { append(start..<(silence ?? count), to: &spans) }
    return pad(spans, count: count)
  }

  private func append(_ span: Range<Int>, to spans: inout [Range<Int>]) {
    if span.count >= minSpeech { spans.append(span) }
  }

  /// Widens the spans and joins those that then meet.
  private func pad(_ spans: [Range<Int>], count: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for span in spans {
      let padded = max(0, span.lowerBound - padding)..<max(0, min(count, span.upperBound + padding))
      if let last = result.last, padded.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, padded.upperBound)
      } else if !padded.isEmpty {
        result.append(padded)
      }
    }
    return result
  }
}
