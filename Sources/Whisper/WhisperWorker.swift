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
  private var isLoadedForAlignment = false
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
    if stop.isSet || WindowPlan.doneCount(finished) >= audio.count { return }
    let model = try model(alignsTokens: options.needsTokenTimes)
    let activity = try voiceActivity().activity(in: audio, stop: stop)
    let plan = WindowPlan(of: audio, options: options, activity: activity, after: finished)
    let detector = plan.isMultilingual && model.isMultilingual ? try LanguageDetector(model: model, stop: stop) : nil
    var language =
      try detector == nil
      ? language(of: plan, finished: finished, model: model, stop: stop)
      : finished.last { $0.language != nil }.flatMap(SpokenLanguage.init)
    var previous = finished.last
    for window in plan.windows {
      let parts = try parts(of: window, in: language, by: detector, plan: plan)
      if parts.isEmpty {
        previous = plan.silence(window)
        previous.map { emit(.window($0)) }
      }
      for (part, spoken) in parts {
        if stop.isSet { throw CancellationError() }
        let monitor = DecodingMonitor(stop: stop) { share in
          emit(.progress(seconds: part.start + share * (part.end - part.start)))
        }
        func hear(_ part: AudioWindow, _ monitor: DecodingMonitor) throws -> [HeardChunk] {
          let request = WindowRequest(of: part, options: options, language: spoken.code, after: previous)
          return try decode(request, plan.samples(in: part.pieces), monitor: monitor)
        }
        var text = WindowText(plan, of: part, heard: try hear(part, monitor), language: spoken)
        for missed in text.missed() {
          text.take(try missed.phrases.map { try hear($0, DecodingMonitor(stop: stop) { _ in }) }, of: missed)
        }
        let result = text.result
        emit(.window(result))
        (previous, language) = (result, spoken)
      }
      emit(.progress(seconds: window.end))
    }
  }

  /// The window, parted where the language changes if there is a detector; nothing when there is nothing to hear.
  private func parts(
    of window: AudioWindow, in language: SpokenLanguage?, by detector: LanguageDetector?, plan: WindowPlan
  ) throws -> [(window: AudioWindow, language: SpokenLanguage)] {
    guard window.heardCount > 0 else { return [] }
    guard let detector else { return language.map { [(window, $0)] } ?? [] }
    let heard = try LanguageStretches.groups(window.pieces).map {
      SpokenLanguage(try detector.detect([$0], samples: plan.samples))
    }
    return plan.stretches.parts(of: window, heard: heard, after: language)
  }

  /// Decodes what is heard of a window, or says how likely which language is spoken in it.
  func answer(_ request: WindowRequest, _ samples: [Float], stop: StopFlag) throws -> WindowReply {
    if request.language != nil {
      return WindowReply(heard: try decode(request, samples, monitor: DecodingMonitor(stop: stop) { _ in }))
    }
    let model = try model(alignsTokens: request.options.needsTokenTimes)
    guard model.isMultilingual else { return WindowReply(languageProbabilities: ["en": 1]) }
    let probabilities = try LanguageDetector(model: model, stop: stop).probabilities(samples)
    let named = probabilities.enumerated().map { (String(cString: whisper_lang_str(Int32($0))), Double($1)) }
    return WindowReply(languageProbabilities: Dictionary(named) { first, _ in first })
  }

  private func decode(
    _ request: WindowRequest, _ samples: [Float], monitor: DecodingMonitor
  ) throws -> [HeardChunk] {
    let model = try model(alignsTokens: request.options.needsTokenTimes)
    let fixedPrompt = try fixedPrompt(request.options, model: model)
    let context = request.context.compactMap(whisper_token.init(exactly:)).filter { (0..<model.endOfText).contains($0) }
    let language = try known(SpokenLanguage(code: request.language ?? ""), model)
    let decoder = WindowDecoder(
      model: model, options: request.options, language: language.number,
      prompt: fixedPrompt + context.suffix(model.promptCapacity - fixedPrompt.count),
      end: (samples.count - request.quietTail) * 100 / AudioSamples.sampleRate, isPhrase: request.isPhrase)
    return try decoder.decode(samples, monitor: monitor)
  }

  /// A model for English only knows no other language.
  func detectLanguage(of audio: AudioSamples, stop: StopFlag) throws -> (code: String, probability: Double)? {
    let activity = try voiceActivity().activity(in: audio, stop: stop)
    let plan = WindowPlan(of: audio, options: TranscriptionOptions(), activity: activity)
    let found = try language(of: plan, finished: [], model: model(alignsTokens: false), stop: stop)
    return found.map { ($0.code, $0.probability ?? 1) }
  }

  /// Given, else that of the finished windows, else detected; nil when there is no speech to detect it from.
  private func language(
    of plan: WindowPlan, finished: [TranscriptionWindow], model: WhisperModel, stop: StopFlag
  ) throws -> SpokenLanguage? {
    if let code = plan.options.language { return try known(SpokenLanguage(code: code), model) }
    if let before = finished.first(where: { $0.language != nil }).flatMap(SpokenLanguage.init) {
      return try known(before, model)
    }
    guard model.isMultilingual else { return SpokenLanguage(code: "en") }
    let speech = plan.windows.map(\.pieces).filter { !$0.isEmpty }
    guard !speech.isEmpty else { return nil }
    return SpokenLanguage(try LanguageDetector(model: model, stop: stop).detect(speech, samples: plan.samples))
  }

  /// The language, when the model knows it.
  private func known(_ language: SpokenLanguage, _ model: WhisperModel) throws -> SpokenLanguage {
    guard language.number >= 0, model.isMultilingual || language.code == "en" else {
      throw CommentBotError(
        .usage, "transcribe in", language.code, cause: "the model \(modelName) does not know this language",
        hint: "leave --language out, or use a multilingual model")
    }
    return language
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

  /// The model, loaded again when it was loaded for the other purpose: alignment costs time where nobody asks for it.
  private func model(alignsTokens: Bool) throws -> WhisperModel {
    if let loadedModel, isLoadedForAlignment == alignsTokens { return loadedModel }
    // Never two at once in memory.
    loadedModel = nil
    try verify()
    let model = try WhisperModel(url: modelURL, threads: threads, alignsTokens: alignsTokens)
    (loadedModel, isLoadedForAlignment) = (model, alignsTokens)
    return model
  }

  private func voiceActivity() throws -> VoiceActivityModel {
    if let loadedVoiceActivity { return loadedVoiceActivity }
    let model = try VoiceActivityModel(url: vadURL)
    loadedVoiceActivity = model
    return model
  }
}
