import CommentCore
import Foundation
import OllamaClient

/// What the service needs, each by its name.
struct ReadinessChecks: Sendable {
  /// Bytes under which a disk is too full to take more audio.
  private static let leastFreeBytes = 500_000_000
  /// Seconds that a job may wait while nobody works at all.
  private static let longWait = 600.0

  let environment: APIEnvironment

  var all: [ReadinessCheck] {
    var checks = [
      ReadinessCheck(name: "database") { try await environment.library.requireSound() },
      ReadinessCheck(name: "disk") { [home = environment.home] in try await Blocking.run { try Self.disk(home) } },
      ReadinessCheck(name: "models") { try models() },
      ReadinessCheck(name: "language_model") { try await languageModel() },
      ReadinessCheck(name: "workers") { try await workers() },
    ]
    if environment.settings.whisperURL != nil {
      checks.append(ReadinessCheck(name: "whisper_service") { try await whisperService() })
    }
    return checks
  }

  private static func disk(_ home: Home) throws {
    for folder in home.written {
      try AtomicFile.makeFolder(folder)
      guard access(folder.path, W_OK) == 0 else {
        throw CommentBotError(.permission, "write to", folder.path, cause: String(cString: strerror(errno)))
      }
      let values = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
      guard let free = (values[.systemFreeSize] as? NSNumber)?.intValue, free >= leastFreeBytes else {
        throw CommentBotError(.diskFull, "work in", folder.path, cause: "less than \(leastFreeBytes) bytes are free")
      }
    }
  }

  private func models() throws {
    let store = ModelStore(folder: environment.home.models)
    if environment.settings.whisperURL == nil { _ = try store.whisper(environment.settings.whisperModel) }
    _ = try store.vad()
  }

  /// Whatever would write the comments of a job that came now.
  private func languageModel() async throws {
    let settings = environment.settings
    switch settings.llm {
    case .none: return
    case .ollama: _ = try await settings.ollama().version()
    case .openai: try await chatService()
    case .auto where settings.llmURL != nil: try await chatService()
    case .embedded: try embedded()
    case .auto:
      do {
        _ = try await settings.ollama().version()
      } catch {
        try embedded()
      }
    }
  }

  private func chatService() async throws {
    let settings = environment.settings
    _ = try await ChatServiceModel(
      settings.llmModel, on: settings.chatService(), contextLimit: settings.llmContext, memory: environment.library)
  }

  private func embedded() throws {
    _ = try ModelStore(folder: environment.home.models).llm(environment.settings.llmModel)
  }

  private func whisperService() async throws {
    _ = try await Composition.whisperService(home: environment.home, settings: environment.settings)
  }

  /// Those in this process end it when they fail; those elsewhere are only seen by what they do.
  private func workers() async throws {
    let counts = try await environment.jobs.counts()
    guard let wait = counts.oldestWait, wait > Self.longWait, counts.states[.running] ?? 0 == 0 else { return }
    throw CommentBotError(
      .unreachable, "find", "a worker", cause: "a job has waited for \(TimeText.span(wait)), and none is worked on",
      hint: "commentbot worker    # or serve with --workers 1")
  }
}
