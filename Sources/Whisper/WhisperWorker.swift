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
    _ = try (model(), voiceActivity())
  }

  func transcribe(
    _ audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow], stop: StopFlag,
    emit: @escaping @Sendable (TranscriptionEvent) -> Void
  ) throws {
    if stop.isSet || WindowPlan.doneCount(finished) >= audio.count { return }
    let model = try model()
    let activity = try voiceActivity().activity(in: audio, stop: stop)
    let plan = WindowPlan(of: audio, options: options, activity: activity, after: finished)
    let language = try language(of: plan, finished: finished, model: model, stop: stop)
    var previous = finished.last
    for window in plan.windows {
      if stop.isSet { throw CancellationError() }
      let result: TranscriptionWindow
      if let language, window.heardCount > 0 {
        let monitor = DecodingMonitor(stop: stop) { share in
          emit(.progress(seconds: window.start + share * (window.end - window.start)))
        }
        func hear(_ part: AudioWindow, _ monitor: DecodingMonitor) throws -> [HeardChunk] {
          let request = WindowRequest(of: part, options: options, language: language.code, after: previous)
          return try decode(request, plan.samples(of: part), monitor: monitor)
        }
        var text = WindowText(plan, of: window, heard: try hear(window, monitor), language: language.code)
        for missed in text.missed() {
          text.take(try missed.phrases.map { try hear($0, DecodingMonitor(stop: stop) { _ in }) }, of: missed)
        }
        result = text.result(probability: language.probability)
      } else {
        result = plan.silence(window)
      }
      emit(.window(result))
      emit(.progress(seconds: result.end))
      previous = result
    }
  }

  /// Decodes what is heard of a window, or says how likely which language is spoken in it.
  func answer(_ request: WindowRequest, _ samples: [Float], stop: StopFlag) throws -> WindowReply {
    if request.language != nil {
      return WindowReply(heard: try decode(request, samples, monitor: DecodingMonitor(stop: stop) { _ in }))
    }
    let model = try model()
    guard model.isMultilingual else { return WindowReply(languageProbabilities: ["en": 1]) }
    let probabilities = try LanguageDetector(model: model).probabilities(samples, state: WhisperState(model))
    let named = probabilities.enumerated().map { (String(cString: whisper_lang_str(Int32($0))), Double($1)) }
    return WindowReply(languageProbabilities: Dictionary(named) { first, _ in first })
  }

  private func decode(
    _ request: WindowRequest, _ samples: [Float], monitor: DecodingMonitor
  ) throws -> [HeardChunk] {
    let model = try model()
    let fixedPrompt = try fixedPrompt(request.options, model: model)
    let context = request.context.compactMap(whisper_token.init(exactly:)).filter { (0..<model.endOfText).contains($0) }
    let decoder = WindowDecoder(
      model: model, options: request.options, language: try number(of: request.language ?? "", model: model),
      prompt: fixedPrompt + context.suffix(model.promptCapacity - fixedPrompt.count),
      end: (samples.count - request.quietTail) * 100 / AudioSamples.sampleRate)
    return try decoder.decode(samples, monitor: monitor)
  }

  /// A model for English only knows no other language.
  func detectLanguage(of audio: AudioSamples, stop: StopFlag) throws -> (code: String, probability: Double)? {
    let activity = try voiceActivity().activity(in: audio, stop: stop)
    let plan = WindowPlan(of: audio, options: TranscriptionOptions(), activity: activity)
    let found = try language(of: plan, finished: [], model: model(), stop: stop)
    return found.map { ($0.code, $0.probability ?? 1) }
  }

  /// Given, else that of the finished windows, else detected; nil when there is no speech to detect it from.
  private func language(
    of plan: WindowPlan, finished: [TranscriptionWindow], model: WhisperModel, stop: StopFlag
  ) throws -> (code: String, probability: Double?)? {
    let known = finished.first { $0.language != nil }
    let given = plan.options.language
    if let code = given ?? known?.language ?? (model.isMultilingual ? nil : "en") {
      _ = try number(of: code, model: model)
      return (code, given == nil ? known?.languageProbability : nil)
    }
    let speech = plan.windows.filter { !$0.pieces.isEmpty }
    guard !speech.isEmpty else { return nil }
    let (number, probability) = try LanguageDetector(model: model).detect(speech, stop: stop, samples: plan.samples)
    return (String(cString: whisper_lang_str(number)), probability)
  }

  /// libwhisper's number of the language.
  private func number(of code: String, model: WhisperModel) throws -> Int32 {
    let number = whisper_lang_id(code)
    guard number >= 0, model.isMultilingual || code == "en" else {
      throw CommentBotError(
        .usage, "transcribe in", code, cause: "the model \(modelName) does not know this language",
        hint: "leave --language out, or use a multilingual model")
    }
    return number
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

  private func model() throws -> WhisperModel {
    if let loadedModel { return loadedModel }
    try verify()
    let model = try WhisperModel(url: modelURL, threads: threads)
    loadedModel = model
    return model
  }

  private func voiceActivity() throws -> VoiceActivityModel {
    if let loadedVoiceActivity { return loadedVoiceActivity }
    let model = try VoiceActivityModel(url: vadURL)
    loadedVoiceActivity = model
    return model
  }
}
