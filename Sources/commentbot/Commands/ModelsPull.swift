import ArgumentParser
import CommentCore
import Foundation
import OllamaClient

struct ModelsPull: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Get models from their pinned sources; what is there and intact is left alone.",
    discussion: """
      Without names: \(ModelCatalog.defaultNames.joined(separator: ", ")), which is what `process` needs. \
      Names with a tag, such as qwen3:4b, are pulled by Ollama.
      """)

  @Argument(help: "Names as in `commentbot models list`.") var names: [String] = []
  @Flag(help: "Have Ollama pull them, also without a tag.") var ollama = false
  @Flag(help: "Get them again even if they are intact.") var force = false

  func run() async throws {
    // All names are looked up before the first byte is downloaded.
    let forOllama = names.filter { ollama || $0.contains(":") && !$0.contains("/.") }
    let others = names.filter { !forOllama.contains($0) }
    let entries = try (names.isEmpty ? ModelCatalog.defaultNames : others).map(Self.entry)
    for name in forOllama { try await Self.pullByOllama(name) }
    let puller = ModelPuller(store: .current, download: ModelTools.download, convert: ModelTools.convert)
    for entry in entries {
      let start = ContinuousClock.now
      let progress = PullProgress(name: entry.name)
      let (file, isNew) = try await Self.pull(entry, by: puller, force: force, progress)
      let seconds = String(format: "%.1f s", (ContinuousClock.now - start) / .seconds(1))
      let size = TimeText.bytes(file.byteCount)
      Console.out(
        isNew ? "✓ \(entry.name): \(size) in \(seconds): \(file.url.path)" : "✓ \(entry.name): intact, \(size)")
    }
  }

  private static func pull(
    _ entry: ModelCatalogEntry, by puller: ModelPuller, force: Bool, _ progress: PullProgress
  ) async throws -> (file: ModelFile, isNew: Bool) {
    defer { progress.end() }
    do {
      return try await puller.pull(entry, force: force) { progress.show($0) }
    } catch  where CommentBotError.isCancellation(error) {
      throw CommentBotError(
        .cancelled, "pull", entry.name, cause: "you stopped it", hint: "commentbot models pull \(entry.name)")
    }
  }

  private static func pullByOllama(_ name: String) async throws {
    let client = try await Settings.load(home: .locate()).ollama()
    let progress = PullProgress(name: name)
    defer { progress.end() }
    do {
      try await client.pull(name) { step in
        if step.total > 0 {
          progress.show(.downloading(source: client.host.baseURL, done: step.completed, total: step.total))
        } else {
          progress.tell(step.status)
        }
      }
    } catch  where CommentBotError.isCancellation(error) {
      throw CommentBotError(
        .cancelled, "pull", name, cause: "you stopped it; Ollama keeps what it has",
        hint: "commentbot models pull \(name)")
    }
    progress.end()
    Console.out("✓ \(name): in Ollama at \(client.host.baseURL)")
  }

  private static func entry(_ name: String) throws -> ModelCatalogEntry {
    guard let entry = ModelCatalog.entry(name) else {
      let isFile = name.contains("/")
      throw CommentBotError(
        .modelMissing, "pull", name, cause: "no model of that name is known",
        hint: isFile ? "commentbot models import \(name)" : "commentbot models list")
    }
    return entry
  }
}
