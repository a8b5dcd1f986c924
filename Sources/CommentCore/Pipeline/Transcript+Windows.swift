extension Transcript {
  /// Joins the finished windows of audio in which speakers are not told apart.
  public init(
    windows: [TranscriptionWindow], key: String, engine: EngineIdentity, options: TranscriptionOptions,
    duration: Double
  ) {
    self.init(
      channels: [SpokenChannel(speaker: nil, windows: windows)], windows: windows, key: key, engine: engine,
      options: options, duration: duration)
  }

  /// Interleaves channels by the times of their segments, which are numbered through. The language is the one that most
  /// speech was decoded with.
  /// - Parameter windows: of all channels.
  init(
    channels: [SpokenChannel], windows: [TranscriptionWindow], key: String, engine: EngineIdentity,
    options: TranscriptionOptions, duration: Double
  ) {
    var segments = channels.count == 1 ? channels[0].segments : Self.interleaved(channels.map(\.segments))
    var seconds: [String: Double] = [:]
    for index in segments.indices {
      segments[index].id = index
      seconds[segments[index].language ?? "", default: 0] += segments[index].end - segments[index].start
    }
    let language =
      seconds.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
      ?? windows.compactMap(\.language).first ?? options.language ?? ""
    self.init(
      key: key, language: language, languageProbability: Self.probability(of: language, in: windows),
      languages: LanguageProbability.mean(of: windows), duration: duration, engine: engine.engine, model: engine.model,
      options: options,
      segments: segments, dropped: Self.interleaved(channels.map(\.dropped)))
  }

  /// How sure it is, of the windows in that language, each with the weight of its speech; nil when it was given.
  private static func probability(of language: String, in windows: [TranscriptionWindow]) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for window in windows where window.language == language {
      guard let probability = window.languageProbability else { continue }
      sum += window.weight * probability
      total += window.weight
    }
    return total > 0 ? sum / total : nil
  }

  /// In the order of their starts; of those that start together, in the order of the channels.
  private static func interleaved<Stretch: Timed>(_ channels: [[Stretch]]) -> [Stretch] {
    // Swift's sort is stable.
    channels.joined().sorted { $0.start < $1.start }
  }
}

private protocol Timed {
  var start: Double { get }
}

extension Segment: Timed {}
extension DroppedSpan: Timed {}

extension TranscriptionWindow {
  /// Seconds of its speech, and a little for windows without any.
  fileprivate var weight: Double { segments.reduce(0.001) { $0 + $1.end - $1.start } }
}

extension LanguageProbability {
  /// What the windows' detections say of the whole, each with the weight of its speech; nil when none was made.
  fileprivate static func mean(of windows: [TranscriptionWindow]) -> [LanguageProbability]? {
    let voters = windows.filter { $0.languages != nil }
    guard let first = voters.first?.languages else { return nil }
    if voters.allSatisfy({ $0.languages == first }) { return first }
    var sums: [String: Double] = [:]
    var total = 0.0
    for window in voters {
      total += window.weight
      for vote in window.languages ?? [] { sums[vote.language, default: 0] += window.weight * vote.probability }
    }
    return likeliest(sums.map { LanguageProbability(language: $0.key, probability: $0.value / total) })
  }

  /// Those that are worth telling: at most five, the likeliest first, none below 1 % but the first.
  public static func likeliest(_ all: [LanguageProbability]) -> [LanguageProbability] {
    let sorted = all.sorted { ($0.probability, $1.language) > ($1.probability, $0.language) }
    return Array(sorted.prefix(1) + sorted.dropFirst().prefix(4).filter { $0.probability >= 0.01 })
  }
}
