import CommentCore

/// What was heard of a window, and of its parts that were heard again, on the way to its part of the transcript.
struct WindowText {
  /// A part whose text does not account for the speech in it.
  struct Missed {
    var range: Range<Int>
    /// To be heard again, one by one.
    var phrases: [AudioWindow]
    /// Whether the text repeats itself, so that its length tells nothing.
    var isRepeated: Bool
  }

  private let plan: WindowPlan
  private let window: AudioWindow
  private let language: SpokenLanguage
  private var segments: [Segment]
  private var dropped: [DroppedSpan]
  /// Samples of the audio whose text repeats itself.
  private var repeated: [Range<Int>] = []

  /// Seconds: no segment or word is shorter.
  private static let shortest = 0.02
  /// Of the English models' vocabulary, which the others' has one more than: tokens from here on are not text.
  private static let endOfText = 50_256

  init(_ plan: WindowPlan, of window: AudioWindow, heard chunks: [HeardChunk], language: SpokenLanguage) {
    self.plan = plan
    self.window = window
    self.language = language
    (segments, dropped) = plan.parts(of: window, heard: chunks, language: language.code)
    repeated = chunks.filter { $0.repeatsItself(plan.options) }.compactMap { chunk in
      guard let first = chunk.segments.first, let last = chunk.segments.last else { return nil }
      let (start, end) = (position(first.start, isEnd: false), position(last.end, isEnd: true))
      return start < end ? start..<end : nil
    }
  }

  private var speech: MissedSpeech { MissedSpeech(activity: plan.activity, endOfText: Self.endOfText) }

  /// None where a service does not tell its tokens: they are what speech is measured by.
  func missed() -> [Missed] {
    guard segments.isEmpty || segments.contains(where: { !$0.tokens.isEmpty }) else { return [] }
    let sparse = speech.ranges(in: window, segments: segments, dropped: dropped)
    return MissedSpeech.merged(sparse + repeated).map { range in
      Missed(
        range: range, phrases: speech.phrases(of: range, in: window),
        isRepeated: repeated.contains { $0.overlaps(range) })
    }
  }

  /// Takes what was heard of the phrases, in their order, when it is clearly more than before or before was a loop.
  mutating func take(_ again: [[HeardChunk]], of missed: Missed) {
    func isWithin(_ start: Double, _ end: Double) -> Bool {
      missed.range.contains(Int((start + end) / 2 * Double(AudioSamples.sampleRate)))
    }
    let before = segments.filter { isWithin($0.start, $0.end) }
    let parts = zip(missed.phrases, again).map { plan.parts(of: $0, heard: $1, language: language.code) }
    let found = parts.flatMap(\.segments)
    // A skipped phrase is more than a number that is written out.
    let isMore = speech.textTokens(found) * 4 > speech.textTokens(before) * 5
    guard isMore || (missed.isRepeated && !found.isEmpty) else { return }
    segments.removeAll { before.contains($0) }
    dropped.removeAll { $0.reason == .repeated && isWithin($0.start, $0.end) }
    segments += found
    dropped += parts.flatMap(\.dropped).filter { $0.reason != .noSpeech }
  }

  /// The window's part of the transcript.
  var result: TranscriptionWindow {
    var ordered = segments.sorted { $0.start < $1.start }
      .inOrder(within: window.start...max(window.start, window.end), shortest: Self.shortest)
    for index in ordered.indices {
      ordered[index].id = index
      let bounds = ordered[index].start...ordered[index].end
      ordered[index].words = ordered[index].words?.inOrder(within: bounds, shortest: Self.shortest)
    }
    let dropped = dropped + speech.unheard(in: window, segments: ordered, dropped: dropped)
    return TranscriptionWindow(
      start: window.start, end: window.end, language: language.code, languageProbability: language.probability,
      languages: language.votes, segments: ordered, dropped: dropped.sorted { $0.start < $1.start })
  }

  /// The sample of the audio for hundredths of a second of what was heard.
  private func position(_ heard: Int, isEnd: Bool) -> Int {
    window.position(ofHeard: max(0, heard) * AudioSamples.sampleRate / 100, isEnd: isEnd)
  }
}
