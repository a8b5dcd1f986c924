import CWhisper
import CommentCore
import Foundation

/// Decodes one window at a time on a thread of its own, with working memory of its own.
actor WhisperLane {
  private let executor = BlockingExecutor(label: "commentbot.whisper")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let threads: ComputeThreads
  private var memory: WhisperMemory?

  /// - Parameter threads: of which whoever works here has taken a share.
  init(threads: ComputeThreads) {
    self.threads = threads
  }

  func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan, isAlone: @escaping @Sendable () -> Bool,
    by model: WhisperModel, stop: StopFlag, progress: @escaping @Sendable (Double) -> Void
  ) throws -> [HeardChunk] {
    if stop.isSet { throw CancellationError() }
    return try decode(
      request, plan.samples(in: window.pieces), isAlone, model, DecodingMonitor(stop: stop, progress: progress))
  }

  /// The language that is spoken in the windows; a model for English only knows no other.
  func language(
    of windows: [AudioWindow], in plan: WindowPlan, by model: WhisperModel, stop: StopFlag
  ) throws -> SpokenLanguage? {
    guard model.isMultilingual else { return SpokenLanguage(code: "en") }
    let detector = try LanguageDetector(memory: memory(for: model), threads: threads, stop: stop)
    return SpokenLanguage(try detector.detect(windows.map { plan.samples(in: $0.pieces) }))
  }

  /// Decodes what is heard of a window, or says how likely which language is spoken in it.
  func answer(
    _ request: WindowRequest, _ samples: [Float], by model: WhisperModel, stop: StopFlag
  ) throws -> WindowReply {
    if request.language != nil {
      let monitor = DecodingMonitor(stop: stop) { _ in }
      return WindowReply(heard: try decode(request, samples, { true }, model, monitor))
    }
    guard model.isMultilingual else { return WindowReply(languageProbabilities: ["en": 1]) }
    let detector = try LanguageDetector(memory: memory(for: model), threads: threads, stop: stop)
    let named = try detector.probabilities(samples).enumerated().map {
      (String(cString: whisper_lang_str(Int32($0))), Double($1))
    }
    return WindowReply(languageProbabilities: Dictionary(named) { first, _ in first })
  }

  private func decode(
    _ request: WindowRequest, _ samples: [Float], _ isAlone: @escaping @Sendable () -> Bool, _ model: WhisperModel,
    _ monitor: DecodingMonitor
  ) throws -> [HeardChunk] {
    let fixedPrompt = try model.fixedPrompt(request.options)
    let context = request.context.compactMap(whisper_token.init(exactly:)).filter { (0..<model.endOfText).contains($0) }
    let language = try model.known(SpokenLanguage(code: request.language ?? ""))
    let decoder = WindowDecoder(
      memory: memory(for: model), threads: threads, isAlone: isAlone, options: request.options,
      language: language.number,
      prompt: fixedPrompt + context.suffix(model.promptCapacity - fixedPrompt.count),
      end: (samples.count - request.quietTail) * 100 / AudioSamples.sampleRate, isPhrase: request.isPhrase)
    return try decoder.decode(samples, monitor: monitor)
  }

  private func memory(for model: WhisperModel) -> WhisperMemory {
    if let memory, memory.model === model { return memory }
    let new = WhisperMemory(for: model)
    memory = new
    return new
  }
}

extension WhisperModel {
  /// The language, when the model knows it.
  /// - Throws: ``CommentBotError`` with `usage`.
  fileprivate func known(_ language: SpokenLanguage) throws -> SpokenLanguage {
    guard language.number >= 0, isMultilingual || language.code == "en" else {
      throw CommentBotError(
        .usage, "transcribe in", language.code, cause: "the model \(name) does not know this language",
        hint: "leave --language out, or use a multilingual model")
    }
    return language
  }

  /// What the model reads before every window: of the initial prompt the end that there is room for, as in
  /// openai-whisper, and all hotwords.
  /// - Throws: ``CommentBotError`` with `usage` when the hotwords are more than there is room for.
  func fixedPrompt(_ options: TranscriptionOptions) throws -> [whisper_token] {
    let hotwords = options.hotwords.map(tokens(of:)) ?? []
    guard hotwords.count <= promptCapacity else {
      throw CommentBotError(
        .usage, "give the model", "\(hotwords.count) tokens of hotwords", cause: "there is room for \(promptCapacity)",
        hint: "name only the words that the model spells wrong without help")
    }
    // As openai-whisper: a word at the beginning has other tokens without the space.
    let text = options.initialPrompt.map { " " + $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    let prompt = text.map(tokens(of:)) ?? []
    return Array(prompt.suffix(promptCapacity - hotwords.count)) + hotwords
  }
}
