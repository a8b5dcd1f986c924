import CommentCore

/// Which parts of the audio the engine is to hear: those with speech, within the clips that were asked for.
struct HeardRanges {
  /// The clips in samples, in order and apart.
  let clips: [Range<Int>]
  private let options: TranscriptionOptions
  private let count: Int

  /// - Parameter count: samples of the audio.
  init(options: TranscriptionOptions, count: Int) {
    self.options = options
    self.count = count
    let times = options.clipTimestamps ?? [0]
    clips = stride(from: 0, to: times.count, by: 2).reduce(into: []) { clips, index in
      let start = Self.sample(times[index], of: count)
      let end = index + 1 < times.count ? Self.sample(times[index + 1], of: count) : count
      if let last = clips.last, last.upperBound == start {
        clips[clips.count - 1] = last.lowerBound..<end
      } else if start < end {
        clips.append(start..<end)
      }
    }
  }

  /// What is to be heard, in order and apart.
  /// - Parameter speech: where somebody speaks, in order and apart.
  func ranges(speech: [Range<Int>]) -> [Range<Int>] {
    let heard = options.vadFilter ? speech : withoutLongSilence(speech)
    return clips.flatMap { clip in heard.map { $0.clamped(to: clip) }.filter { !$0.isEmpty } }
  }

  /// Why parts of the audio were not heard: they lie outside the clips, or nobody speaks there.
  func dropped(_ unheard: [Range<Int>]) -> [DroppedSpan] {
    unheard.flatMap { range in
      let silent = clips.map { $0.clamped(to: range) }.filter { !$0.isEmpty }
      let outside = range.without(silent)
      let spans = silent.map { Self.span($0, .noSpeech) } + outside.map { Self.span($0, .outsideClips) }
      return spans.sorted { $0.start < $1.start }
    }
  }

  /// All of the audio but silences that are longer than the threshold.
  private func withoutLongSilence(_ speech: [Range<Int>]) -> [Range<Int>] {
    let all = 0..<count
    guard let threshold = options.hallucinationSilenceThreshold else { return [all] }
    let silences = all.without(speech)
    return all.without(silences.filter { $0.count > Self.sample(threshold, of: count) })
  }

  private static func sample(_ seconds: Double, of count: Int) -> Int {
    Int(min(Double(count), (seconds * Double(AudioSamples.sampleRate)).rounded()))
  }

  private static func span(_ samples: Range<Int>, _ reason: DroppedSpan.Reason) -> DroppedSpan {
    let rate = Double(AudioSamples.sampleRate)
    return DroppedSpan(start: Double(samples.lowerBound) / rate, end: Double(samples.upperBound) / rate, reason: reason)
  }
}
