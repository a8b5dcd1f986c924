import CommentCore
import Foundation
import Llama
import OllamaClient
import Whisper

/// Puts the parts together from settings and flags; used by the commands and by tests.
struct Composition {
  var home: Home
  var settings: Settings
  /// Whether the language model reads one text only: it needs no more memory than for that.
  var isForOneText = false
  /// One for the whole run: another size of context would load the model again.
  private let plannedModel = Once<PlannedLanguageModel?>()
  let library: Library
  let cache: AudioCache

  /// The flags win over the settings.
  static func make(transcription: TranscriptionFlags, model: LanguageModelFlags) async throws -> Composition {
    let home = Home.locate()
    var settings = try await Settings.load(home: home)
    try settings.take(model)
    if let model = transcription.model { (settings.whisperModel, settings.serviceModel) = (model, model) }
    settings.whisperURL = transcription.whisperURL ?? settings.whisperURL
    settings.threads = min(transcription.threads ?? settings.threads, ProcessInfo.processInfo.activeProcessorCount)
    return Composition(
      home: home, settings: settings, library: try await library(at: home),
      cache: AudioCache(folder: home.audioCache, budget: settings.cacheBytes))
  }

  /// For what works on the library that there is.
  static func existing(model: LanguageModelFlags) async throws -> Composition {
    let home = Home.locate()
    var settings = try await Settings.load(home: home)
    try settings.take(model)
    return Composition(
      home: home, settings: settings, isForOneText: true, library: try await existingLibrary(at: home),
      cache: AudioCache(folder: home.audioCache, budget: settings.cacheBytes))
  }

  static func library(at home: Home) async throws -> Library {
    try await Blocking.run { try Library(at: home.database) }
  }

  /// The library, for what only looks into it; nil, and nothing is made, where there is none.
  /// - Throws: ``CommentBotError`` with code `permission` when a folder may not be looked into.
  static func libraryIfAny(at home: Home) async throws -> Library? {
    if access(home.database.path, F_OK) == 0 { return try await library(at: home) }
    guard errno == EACCES else { return nil }
    throw CommentBotError(errno: EACCES, "open", home.database.path)
  }

  /// The library that something is to be taken from.
  /// - Throws: ``CommentBotError`` with code `notFound` when there is none.
  static func existingLibrary(at home: Home = .locate()) async throws -> Library {
    if let library = try await libraryIfAny(at: home) { return library }
    throw CommentBotError(
      .notFound, "open", "the library in \(home.root.path)", cause: "nothing was processed there yet",
      hint: "commentbot process FILE    # or set COMMENTBOT_HOME to the folder of another library")
  }

  func pipeline() async throws -> Pipeline { pipeline(by: try await transcriber()) }

  func pipeline(by transcriber: any Transcriber) -> Pipeline {
    Pipeline(home: home, library: library, cache: cache, transcriber: transcriber, languageModel: languageModel)
  }

  /// The whisper service that the settings name, else the engine in this process.
  func transcriber() async throws -> any Transcriber {
    if let service = try await Self.whisperService(home: home, settings: settings) { return service }
    return try Self.whisperEngine(home: home, settings: settings)
  }

  /// nil when the settings name none. It needs no Whisper model here, only the one that finds speech.
  static func whisperService(home: Home, settings: Settings) async throws -> RemoteTranscriber? {
    guard let address = try settings.whisperURL.map(ServiceAddress.init) else { return nil }
    let store = ModelStore(folder: home.models)
    let vad = try store.vad()
    return try await RemoteTranscriber(
      address, apiKey: settings.whisperKey, model: settings.serviceModel, vadModel: vad.url,
      verify: { try store.checkIfChanged(vad) })
  }

  /// The models are looked for now and loaded at the first use.
  static func whisperEngine(home: Home, settings: Settings) throws -> WhisperEngine {
    let store = ModelStore(folder: home.models)
    let model = try store.whisper(settings.whisperModel)
    let vad = try store.vad()
    return WhisperEngine(
      model: model.url, identity: EngineIdentity(model), vadModel: vad.url,
      verify: { try store.checkIfChanged(model) }, verifyVAD: { try store.checkIfChanged(vad) },
      threads: settings.threads)
  }

  /// Ollama when it is wanted and answers, else the embedded model; nil when none is wanted.
  @Sendable func languageModel() async throws -> PlannedLanguageModel? {
    try await plannedModel.value { try await choose() }
  }

  private func choose() async throws -> PlannedLanguageModel? {
    switch settings.llm {
    case .none: return nil
    case .ollama: return try await ollama()
    case .openai: return try await chatService()
    case .auto where settings.llmURL != nil: return try await chatService()
    case .embedded: return try embedded()
    case .auto:
      do {
        return try await ollama()
      } catch let error as CommentBotError where error.code != .configuration {
        // A name that is no model's here either was meant for Ollama.
        let isOllamas = settings.llmModel != nil && error.code == .modelMissing
        guard let model = try isOllamas ? try? embedded(isFallback: true) : embedded(isFallback: true) else {
          throw error
        }
        // Nothing on Ollama's usual port is nothing to tell: most machines have no Ollama.
        let isExpected = settings.ollamaHost != nil || error.code != .unreachable
        if isExpected { Console.error("\(error.subject): \(error.cause); the embedded model writes the comments") }
        return model
      }
    }
  }

  private func ollama() async throws -> PlannedLanguageModel {
    let client = try settings.ollama()
    if let port = client.host.ignoredPort {
      Console.error("OLLAMA_HOST: \"\(port)\" is not a port, \(client.host.port) is taken")
    }
    let model = try await OllamaModel(
      settings.ollamaModel, on: client, numCtx: settings.llmContext, keepAlive: settings.keepAlive,
      thinks: settings.thinks, freeBytes: MachineMemory.available, memory: library)
    return PlannedLanguageModel(identity: model.identity) { [isForOneText] text in
      isForOneText ? model.fitting(text) : model
    }
  }

  private func chatService() async throws -> PlannedLanguageModel {
    let model = try await ChatServiceModel(
      settings.llmModel, on: settings.chatService(), contextLimit: settings.llmContext, memory: library)
    return PlannedLanguageModel(identity: model.identity) { _ in model }
  }

  /// The file is looked for now and loaded only when there is something to write.
  private func embedded(isFallback: Bool = false) throws -> PlannedLanguageModel {
    let store = ModelStore(folder: home.models)
    let model = try store.llm(settings.llmModel)
    let (context, threads) = (settings.llmContext, settings.threads)
    return PlannedLanguageModel(identity: EngineIdentity(model), isFallback: isFallback) { _ in
      try await Blocking.run { try store.checkIfChanged(model) }
      let loaded = try await LlamaModel.load(
        model.url, name: model.name, digest: model.sha256, contextLimit: context, threads: threads,
        hint: store.mending(model, force: true))
      if loaded.isTemplateAssumed {
        Console.error("\(model.name): its chat template is missing or unknown, ChatML stands in for it")
      }
      return loaded
    }
  }
}

extension EngineIdentity {
  init(_ model: ModelFile) {
    self.init(engine: model.kind == .llm ? "embedded" : "libwhisper", model: model.name, digest: model.sha256)
  }
}
