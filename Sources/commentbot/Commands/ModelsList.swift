import ArgumentParser
import CommentCore
import Foundation
import OllamaClient

struct ModelsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models that are installed and those that can be pulled.")

  @Flag(help: "Print one JSON object a model, one line each.") var json = false

  /// A line of the list; with `--json` an object.
  struct Row: Encodable {
    var name: String
    /// `whisper`, `vad`, `llm`, or `ollama` for those of an Ollama server.
    var kind: String
    var installed: Bool
    /// Size in bytes.
    var bytes: Int
    var path: String?
    var sha256: String?
    var source: String?
    var summary: String?
    /// What is wrong with an installed file, as far as its size tells.
    var fault: String?
    /// The command that mends it.
    var hint: String?
  }

  func run() async throws {
    let rows =
      Self.rows(in: .current, installed: try ModelStore.current.list())
      + (try await Self.ollamaRows(Settings.load(home: .locate())))
    if json {
      for row in rows { Console.out(try JSONLine.of(row)) }
      return
    }
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      let name = Console.safe(row.name).padding(toLength: width, withPad: " ", startingAt: 0)
      let kind = row.kind.padding(toLength: 7, withPad: " ", startingAt: 0)
      let size = String(repeating: " ", count: max(0, 8 - TimeText.bytes(row.bytes).count)) + TimeText.bytes(row.bytes)
      let about =
        row.path.map(Console.safe)
        ?? (row.installed ? row.summary ?? "" : "\(row.summary ?? "")  → commentbot models pull \(row.name)")
      let mark = row.fault != nil ? "✗" : row.installed ? "✓" : " "
      Console.out("\(mark) \(name)  \(kind)  \(size)  \(about)")
      if let fault = row.fault { Console.out("    \(fault)\n  → \(row.hint ?? "")") }
    }
  }

  /// None when no Ollama answers: most machines have none.
  private static func ollamaRows(_ settings: Settings) async throws -> [Row] {
    let client = try settings.ollama()
    guard let models = try? await client.tags() else { return [] }
    return models.map {
      Row(
        name: $0.name, kind: "ollama", installed: true, bytes: $0.size, sha256: $0.digest,
        summary: "at \(client.host.baseURL)")
    }
  }

  /// What is there to be used: models that are installed, and those of Ollama.
  static func usable(home: Home, settings: Settings) async throws -> [Row] {
    let store = ModelStore(folder: home.models)
    let all = try await Blocking.run { () throws -> [Row] in rows(in: store, installed: try store.list()) }
    return all.filter { $0.installed && $0.fault == nil } + (try await ollamaRows(settings))
  }

  private static func rows(in store: ModelStore, installed: [ModelFile]) -> [Row] {
    let here = installed.map { file in
      let fault = store.sizeFault(file)
      return Row(
        name: file.name, kind: file.kind.rawValue, installed: true, bytes: file.byteCount, path: file.url.path,
        sha256: file.sha256, source: file.source, summary: ModelCatalog.entry(file.name, kind: file.kind)?.summary,
        fault: fault, hint: fault.map { _ in store.mending(file) })
    }
    let missing = ModelCatalog.entries.filter { entry in
      !installed.contains { $0.name == entry.name && $0.kind == entry.kind }
    }
    return here
      + missing.map {
        Row(name: $0.name, kind: $0.kind.rawValue, installed: false, bytes: $0.byteCount, summary: $0.summary)
      }
  }
}
