import CWhisper
import CommentCore
import Foundation

/// Holds the model and does the blocking work on a thread of its own.
actor WhisperWorker {
  private let executor = BlockingExecutor(label: "commentbot.whisper")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let modelURL: URL
  private let modelName: String
  private let verify: @Sendable () throws -> Void
  private let threads: Int
  private var loadedModel: WhisperModel?
  /// Whether ``loadedModel`` is to align tokens.
  private var isLoadedForAlignment = false

  init(model: URL, name: String, verify: @escaping @Sendable () throws -> Void, threads: Int) {
    modelURL = model
    modelName = name
    self.verify = verify
    self.threads = threads
  }

  /// - Parameter options: nil loads what most options need.
  func load(for options: TranscriptionOptions? = nil) throws {
    _ = try model(alignsTokens: options?.needsTokenTimes ?? false)
  }

  func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan, stop: StopFlag,
    progress: @escaping (Double) -> Void
  ) throws -> [HeardChunk] {
    if stop.isSet { throw CancellationError() }
    return try decode(
      request, plan.samples(in: window.pieces), monitor: DecodingMonitor(stop: stop, progress: progress))
  }

  /// The language that is spoken in the windows; a model for English only knows no other.
  func language(of windows: [AudioWindow], in plan: WindowPlan, stop: StopFlag) throws -> SpokenLanguage? {
    let model = try model(alignsTokens: plan.options.needsTokenTimes)
    guard model.isMultilingual else { return SpokenLanguage(code: "en") }
    let detector = try LanguageDetector(model: model, stop: stop)
    return SpokenLanguage(try detector.detect(windows.map { plan.samples(in: $0.pieces) }))
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
}
