import CommentCore
import Configuration
import Foundation
import OllamaClient
import SystemPackage
import Whisper

/// What a person can set outside the command line: environment > `data/config/commentbot.yml` > default.
/// ``Setting/all`` has the keys' variables, and what people are told of them: what is added here, is added there.
struct Settings: Sendable {
  enum LLM: String, Sendable, CaseIterable {
    /// `LLM_URL` when it is set, Ollama when one answers, else the embedded model.
    case auto
    case ollama
    /// A server with OpenAI's chat API.
    case openai
    case embedded
    /// Sentences of the transcript instead of a model's.
    case none
  }

  /// `whisper.model`: a model's name or a ggml file.
  var whisperModel = "base"
  /// The same when somebody has set it: what a whisper service is asked for; nil takes the model that it has.
  var serviceModel: String?
  /// `whisper.url`: a whisper service that transcribes in place of this process.
  var whisperURL: String?
  /// `whisper.api_key`: of a service that asks for one.
  var whisperKey: String?
  /// `llm.engine`.
  var llm = LLM.auto
  /// `llm.model`: an embedded model's name or a GGUF file.
  var llmModel: String?
  /// `llm.url`: a server with OpenAI's chat API, such as llama.cpp's.
  var llmURL: String?
  /// Whether the language model in this process may have to write.
  var mayEmbed: Bool { llm == .embedded || llm == .auto && llmURL == nil }
  /// `llm.api_key`: of a server that asks for one.
  var llmKey: String?
  /// `llm.context`: tokens of prompt and answer together, at the most.
  var llmContext = 8192
  /// `ollama.host`.
  var ollamaHost: String?
  /// `ollama.model`; nil takes the first that can chat.
  var ollamaModel: String?
  /// `ollama.api_key`: of a server that asks for one.
  var ollamaKey: String?
  /// `ollama.keep_alive`: how long a model stays in Ollama's memory after the last answer; nil leaves it to Ollama.
  var keepAlive: OllamaKeepAlive?
  /// Whether a model that can think may do so; by flag only.
  var thinks = false
  /// `threads`; never more than there are cores.
  var threads = ProcessInfo.processInfo.activeProcessorCount
  /// `cache.bytes`: what `data/audio-cache` may take.
  var cacheBytes = AudioCache.defaultBudget
  /// Of `commentbot serve`.
  var serve = ServeSettings()
  /// Of jobs.
  var jobs = JobSettings()
  /// Of what runs for long.
  var log = LogSettings()

  /// Names that users know from other programs, taken without the prefix.
  private static let familiarNames = Set(Setting.all.compactMap(\.familiarVariable))

  /// - Throws: ``CommentBotError`` with code `configuration`, naming the key, when a value is malformed.
  static func load(
    home: Home, environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws -> Settings {
    let own = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
    let familiar = EnvironmentVariablesProvider(
      environmentVariables: environment.filter { familiarNames.contains($0.key) && !$0.value.isEmpty })
    do {
      try SettingsFile.requireKnownKeys(home.configuration)
      let file = try await FileProvider<YAMLSnapshot>(
        filePath: FilePath(home.configuration.path), allowMissing: true)
      return try await Settings(
        reading: ConfigReader(providers: [own.prefixKeys(with: "commentbot"), familiar, file]))
    } catch let error as CommentBotError {
      throw error
    } catch {
      throw CommentBotError(
        .configuration, "read", "the configuration", cause: "\(error)",
        hint: "correct that key in \(home.configuration.path) or in the environment")
    }
  }

  init() {}

  private init(reading config: ConfigReader) async throws {
    serviceModel = try await config.fetchString(forKey: "whisper.model")
    whisperModel = serviceModel ?? whisperModel
    whisperURL = try await config.fetchString(forKey: "whisper.url")
    _ = try whisperURL.map(ServiceAddress.init)
    whisperKey = try await config.fetchString(forKey: "whisper.api_key", isSecret: true)
    let engine = try await config.fetchString(forKey: "llm.engine", default: llm.rawValue)
    guard let engine = LLM(rawValue: engine) else {
      throw CommentBotError(
        .configuration, "use", "llm.engine = \(engine)",
        cause: "it is none of \(LLM.allCases.map(\.rawValue).joined(separator: ", "))",
        hint: "set COMMENTBOT_LLM_ENGINE=auto")
    }
    llm = engine
    llmModel = try await config.fetchString(forKey: "llm.model")
    llmURL = try await config.fetchString(forKey: "llm.url")
    llmKey = try await config.fetchString(forKey: "llm.api_key", isSecret: true)
    _ = try llmURL.map { try ChatService($0) }
    llmContext = try await Self.positive(config, "llm.context", default: llmContext)
    ollamaHost = try await config.fetchString(forKey: "ollama.host")
    _ = try OllamaHost(ollamaHost ?? "")
    ollamaModel = try await config.fetchString(forKey: "ollama.model")
    ollamaKey = try await config.fetchString(forKey: "ollama.api_key", isSecret: true)
    keepAlive = try await config.fetchString(forKey: "ollama.keep_alive").map(OllamaKeepAlive.init)
    threads = min(threads, try await Self.positive(config, "threads", default: threads))
    cacheBytes = try await Self.positive(config, "cache.bytes", default: cacheBytes)
    serve = try await ServeSettings(reading: config)
    jobs = try await JobSettings(reading: config)
    log = try await LogSettings(reading: config)
  }

  /// The flags win.
  /// - Throws: ``CommentBotError`` with code `configuration` when a value is malformed.
  mutating func take(_ flags: LanguageModelFlags) throws {
    llm = flags.llm ?? llm
    thinks = flags.think
    keepAlive = try flags.keepAlive.map(OllamaKeepAlive.init) ?? keepAlive
    if let model = flags.llmModel {
      llmModel = model
      ollamaModel = model
    }
  }

  /// The server with OpenAI's chat API.
  /// - Throws: ``CommentBotError`` with code `configuration` when there is none, or its address is malformed.
  func chatService() throws -> ChatService {
    guard let llmURL else {
      throw CommentBotError(
        .configuration, "use", "--llm openai", cause: "LLM_URL is not set",
        hint: "export LLM_URL=http://127.0.0.1:8080/v1")
    }
    return try ChatService(llmURL, apiKey: llmKey)
  }

  /// What the same order comes to besides its own options: with another one it is another job.
  var jobVersion: String {
    [
      TranscriptKey.version, whisperURL, serviceModel ?? whisperModel, llm.rawValue, llmURL, llmModel, ollamaModel,
    ].map { $0 ?? "" }.joined(separator: "\n")
  }

  /// Ollama, wherever it is.
  /// - Throws: ``CommentBotError`` with code `configuration` when the address is malformed.
  func ollama() throws -> OllamaClient {
    OllamaClient(host: try OllamaHost(ollamaHost ?? ""), apiKey: ollamaKey)
  }

  private static func positive(_ config: ConfigReader, _ key: ConfigKey, default value: Int) async throws -> Int {
    let value = try await config.fetchInt(forKey: key, default: value)
    guard value > 0 else {
      throw CommentBotError(
        .configuration, "use", "\(key) = \(value)", cause: "it must be above 0", hint: "give a number above 0")
    }
    return value
  }
}
