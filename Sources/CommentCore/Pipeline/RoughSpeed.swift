/// How fast models are, by their names, where no run on this machine tells: with two threads as the README's example,
/// and half of what more threads could bring.
enum RoughSpeed {
  /// Seconds of audio a second with two threads, from the sizes of openai-whisper's models, and for `base` as measured
  /// on an ordinary processor; quantised weights and other languages do not change it much.
  private static let speeds: [(name: String, speed: Double)] = [
    ("large-v3-turbo", 2), ("large", 1), ("medium", 2), ("small", 6), ("base", 20), ("tiny", 35),
  ]

  /// Seconds of audio a second; nil for a model whose name tells nothing.
  static func ofTranscribing(with model: EngineIdentity, threads: Int) -> Double? {
    guard let entry = speeds.first(where: { model.model.hasPrefix($0.name) }) else { return nil }
    return entry.speed * gain(threads)
  }

  /// Wall seconds that a model takes for a kind of comment, for each second of audio; nil when its name tells nothing.
  static func costOfCommenting(with model: EngineIdentity, threads: Int) -> Double? {
    model.engine == "embedded" && model.model == ModelCatalog.llmName ? 0.02 / gain(threads) : nil
  }

  private static func gain(_ threads: Int) -> Double { threads < 2 ? 0.5 : 1 + Double(threads - 2) / 4 }
}

extension TranscriptionOptions {
  /// Seconds of the stretch that lie within the clips, when there are any.
  func secondsToHear(in stretch: Range<Double>) -> Double {
    guard let times = clipTimestamps else { return stretch.upperBound - stretch.lowerBound }
    return stride(from: 0, to: times.count, by: 2).reduce(0) { sum, index in
      let end = index + 1 < times.count ? times[index + 1] : .infinity
      return sum + max(0, min(end, stretch.upperBound) - max(times[index], stretch.lowerBound))
    }
  }
}
