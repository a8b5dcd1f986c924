import CWhisper
import CommentCore
import Foundation

/// Holds the models and does the blocking work on a thread of its own.
actor WhisperWorker {
  private let executor = BlockingExecutor(label: "commentbot.whisper")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let modelURL: URL
  private let modelName: String
  private let vadURL: URL
  private let verify: @Sendable () throws -> Void
  private let threads: Int
  private var loadedModel: WhisperModel?
  /// Whether ``loadedModel`` is to align tokens.
  private var loadedFor = false
  private var loadedVoiceActivity: VoiceActivityModel?

  init(
    model: URL, name: String, vadModel: URL, verify: @escaping @Sendable () throws -> Void, threads: Int
  ) {
    modelURL = model
    modelName = name
    vadURL = vadModel
    self.verify = verify
    self.threads = threads
  }

  func load() throws {
    _ = try (model(alignsTokens: false), voiceActivity())
  }

  func transcribe(
    _ audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow], stop: StopFlag,
    emit: @escaping @Sendable (TranscriptionEvent) -> Void
  ) throws {
    let done = Int(((finished.last?.end ?? 0) * Double(AudioSamples.sampleRate)).rounded())
    if stop.isSet || done >= audio.count { return }
    let model = try model(alignsTokens: options.needsTokenTimes)
    // The whole audio, even when a part is finished, so that the same windows come out.
    let ranges = HeardRanges(options: options, count: audio.count)
    let activity = try voiceActivity().activity(in: audio, stop: stop)
    let windows = plan(activity, ranges, options: options, count: audio.count).compactMap { $0.after(done) }
    let stretches =
      try options.multilingual == true && options.language == nil && model.isMultilingual
      ? stretches(of: audio, activity: activity, options: options, model: model, stop: stop) : nil
    var language =
      try stretches == nil
      ? language(
        of: audio, windows: windows, activity: activity, options: options, finished: finished, model: model, stop: stop)
      : finished.last { $0.language != nil }.flatMap(SpokenLanguage.init)
    let fixedPrompt = try fixedPrompt(options, model: model)
    var previous = finished.last
    for window in windows {
      let parts = try stretches?.parts(of: window, after: language) ?? language.map { [(window, $0)] } ?? []
      if parts.isEmpty || window.heardCount == 0 {
        previous = silent(window, ranges)
        previous.map { emit(.window($0)) }
      }
      for (window, spoken) in parts where window.heardCount > 0 {
        if stop.isSet { throw CancellationError() }
        language = spoken
        let follows = options.conditionOnPreviousText && previous?.language == spoken.code
        let context = follows ? context(previous, model: model) : []
        let prompt = fixedPrompt + context.suffix(model.promptCapacity - fixedPrompt.count)
        let transcriber = WindowTranscriber(
          model: model, audio: audio, activity: activity, ranges: ranges, options: options, language: spoken, stop: stop
        )
        let (segments, dropped) = try transcriber.transcribe(window, prompt: prompt) { share in
          emit(.progress(seconds: seconds(window.range.lowerBound) + share * seconds(window.range.count)))
        }
        let result = TranscriptionWindow(
          start: seconds(window.range.lowerBound), end: seconds(window.range.upperBound), language: spoken.code,
          languageProbability: spoken.probability, languages: spoken.votes, segments: segments, dropped: dropped)
        emit(.window(result))
        previous = result
      }
      emit(.progress(seconds: seconds(window.range.upperBound)))
    }
  }

  /// A model for English only knows no other language.
  func detectLanguage(of audio: AudioSamples, stop: StopFlag) throws -> (code: String, probability: Double)? {
    let options = TranscriptionOptions()
    let activity = try voiceActivity().activity(in: audio, stop: stop)
    let ranges = HeardRanges(options: options, count: audio.count)
    let windows = plan(activity, ranges, options: options, count: audio.count)
    let found = try language(
      of: audio, windows: windows, activity: activity, options: options, finished: [],
      model: model(alignsTokens: false), stop: stop)
    return found.map { ($0.code, $0.probability ?? 1) }
  }

  private func plan(
    _ activity: VoiceActivity, _ ranges: HeardRanges, options: TranscriptionOptions, count: Int
  ) -> [AudioWindow] {
    let frame = VoiceActivityModel.frameLength
    let speech = SpeechDetector().spans(activity.probabilities, frameLength: frame, count: count)
    return planner(options).windows(
      speech: ranges.ranges(speech: speech), probabilities: activity.probabilities, frameLength: frame, count: count)
  }

  /// What parts windows where the language changes.
  private func stretches(
    of audio: AudioSamples, activity: VoiceActivity, options: TranscriptionOptions, model: WhisperModel, stop: StopFlag
  ) throws -> LanguageStretches {
    let (planner, detector) = (planner(options), try LanguageDetector(model: model, stop: stop))
    return LanguageStretches {
      planner.quietTail(
        of: $0, probabilities: activity.probabilities, frameLength: VoiceActivityModel.frameLength)
    } detect: {
      try detector.detect([$0]) { activity.samples(of: audio, in: $0) }
    }
  }

  private func planner(_ options: TranscriptionOptions) -> WindowPlanner {
    var planner = WindowPlanner()
    if !options.vadFilter { planner.quietThreshold = 0 }
    return planner
  }

  /// Given, else that of the finished windows, else detected; nil when there is no speech to detect it from.
  private func language(
    of audio: AudioSamples, windows: [AudioWindow], activity: VoiceActivity, options: TranscriptionOptions,
    finished: [TranscriptionWindow], model: WhisperModel, stop: StopFlag
  ) throws -> SpokenLanguage? {
    let known = options.language == nil ? finished.first { $0.language != nil } : nil
    if let code = options.language ?? known?.language ?? (model.isMultilingual ? nil : "en") {
      let language = SpokenLanguage(code: code, probability: known?.languageProbability, votes: known?.languages)
      guard language.number >= 0, model.isMultilingual || code == "en" else {
        throw CommentBotError(
          .usage, "transcribe in", code, cause: "the model \(modelName) does not know this language",
          hint: "leave --language out, or use a multilingual model")
      }
      return language
    }
    let speech = windows.map(\.pieces).filter { !$0.isEmpty }
    guard !speech.isEmpty else { return nil }
    let votes = try LanguageDetector(model: model, stop: stop).detect(speech) {
      activity.samples(of: audio, in: $0)
    }
    return SpokenLanguage(votes)
  }

  /// What the model reads before every window: of the initial prompt the end that there is room for, as in openai-whisper,
  /// and all hotwords.
  /// - Throws: ``CommentBotError`` with `usage` when the hotwords are more than there is room for.
  private func fixedPrompt(_ options: TranscriptionOptions, model: WhisperModel) throws -> [whisper_token] {
    let hotwords = options.hotwords.map(model.tokens(of:)) ?? []
    guard hotwords.count <= model.promptCapacity else {
      throw CommentBotError(
        .usage, "give the model", "\(hotwords.count) tokens of hotwords",
        cause: "there is room for \(model.promptCapacity)",
        hint: "name only the words that the model spells wrong without help")
    }
    let prompt = options.initialPrompt.map(model.tokens(of:)) ?? []
    return Array(prompt.suffix(model.promptCapacity - hotwords.count)) + hotwords
  }

  /// The text tokens of the window before, unless they come from so high a temperature that they may be wrong.
  private func context(_ window: TranscriptionWindow?, model: WhisperModel) -> [whisper_token] {
    guard let window, !window.segments.contains(where: { $0.temperature > 0.5 }) else { return [] }
    return window.segments.flatMap { $0.tokens.map(whisper_token.init) }.filter { $0 < model.endOfText }
  }

  private func silent(_ window: AudioWindow, _ ranges: HeardRanges) -> TranscriptionWindow {
    let (start, end) = (seconds(window.range.lowerBound), seconds(window.range.upperBound))
    return TranscriptionWindow(
      start: start, end: end, language: nil, languageProbability: nil, segments: [],
      dropped: ranges.dropped([window.range]))
  }

  /// The model, loaded again when it was loaded for the other purpose: alignment costs time where nobody asks for it.
  private func model(alignsTokens: Bool) throws -> WhisperModel {
    if let loadedModel, loadedFor == alignsTokens { return loadedModel }
    // Never two at once in memory.
    loadedModel = nil
    try verify()
    let model = try WhisperModel(url: modelURL, threads: threads, alignsTokens: alignsTokens)
    (loadedModel, loadedFor) = (model, alignsTokens)
    return model
  }

  private func voiceActivity() throws -> VoiceActivityModel {
    if let loadedVoiceActivity { return loadedVoiceActivity }
    let model = try VoiceActivityModel(url: vadURL)
    loadedVoiceActivity = model
    return model
  }
}

extension SpokenLanguage {
  /// That of a finished window.
  fileprivate init?(_ window: TranscriptionWindow) {
    guard let code = window.language else { return nil }
    self.init(code: code, probability: window.languageProbability, votes: window.languages)
  }
}

/// Seconds of so many samples.
private func seconds(_ samples: Int) -> Double { Double(samples) / Double(AudioSamples.sampleRate) }
