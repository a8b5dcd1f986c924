import CommentCore

/// The windows of a recording that are still to be decoded, and how what was heard of one becomes a part of the
/// transcript: the same for every engine.
struct WindowPlan {
  let audio: AudioSamples
  let options: TranscriptionOptions
  let windows: [AudioWindow]
  private let ranges: HeardRanges
  let activity: VoiceActivity
  private let planner: WindowPlanner

  /// - Parameters:
  ///   - activity: of the whole audio, even when a part is finished, so that the same windows come out.
  ///   - finished: windows of an earlier run.
  init(
    of audio: AudioSamples, options: TranscriptionOptions, activity: VoiceActivity,
    after finished: [TranscriptionWindow] = []
  ) {
    self.audio = audio
    self.options = options
    self.activity = activity
    ranges = HeardRanges(options: options, count: audio.count)
    let frame = VoiceActivityModel.frameLength
    let speech = SpeechDetector().spans(activity.probabilities, frameLength: frame, count: audio.count)
    var planner = WindowPlanner()
    if !options.vadFilter { planner.quietThreshold = 0 }
    // Of a part of a phrase it is hard to tell the language.
    if options.multilingual == true, options.language == nil { planner.fillsWindows = false }
    self.planner = planner
    let done = Self.doneCount(finished)
    windows = planner.windows(
      speech: ranges.ranges(speech: speech), probabilities: activity.probabilities, frameLength: frame,
      count: audio.count
    ).compactMap { $0.after(done) }
  }

  /// Samples that the finished windows answer for.
  static func doneCount(_ finished: [TranscriptionWindow]) -> Int {
    Int(((finished.last?.end ?? 0) * Double(AudioSamples.sampleRate)).rounded())
  }

  /// What the engine hears of parts of the audio.
  func samples(in pieces: [Range<Int>]) -> [Float] { activity.samples(of: audio, in: pieces) }

  /// Whether the language is to be decided for each stretch of speech.
  var isMultilingual: Bool { options.multilingual == true && options.language == nil }

  /// Parts the windows where the language changes.
  var stretches: LanguageStretches {
    LanguageStretches {
      planner.quietTail(
        of: $0, probabilities: activity.probabilities, frameLength: VoiceActivityModel.frameLength)
    }
  }

  /// What was heard of a window of the audio, or of a part of one, before anything is heard again.
  func parts(
    of window: AudioWindow, heard chunks: [HeardChunk], language: String
  ) -> (segments: [Segment], dropped: [DroppedSpan]) {
    SegmentBuilder(window: window, ranges: ranges, activity: activity, options: options, language: language)
      .build(chunks)
  }

  /// A window in which there is nothing to hear.
  func silence(_ window: AudioWindow) -> TranscriptionWindow {
    TranscriptionWindow(
      start: window.start, end: window.end, language: nil, languageProbability: nil, segments: [],
      dropped: ranges.dropped([window.range]))
  }
}

extension AudioWindow {
  /// Seconds.
  var start: Double { Double(range.lowerBound) / Double(AudioSamples.sampleRate) }
  /// Seconds.
  var end: Double { Double(range.upperBound) / Double(AudioSamples.sampleRate) }
}
