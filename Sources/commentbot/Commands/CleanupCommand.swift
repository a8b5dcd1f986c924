import ArgumentParser
import CommentCore
import Foundation

struct CleanupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cleanup",
    abstract: "List what is left over in the installation, and with --apply remove it.",
    discussion: """
      Temporary files of programs that were killed, decoded audio beyond cache.bytes, uploaded audio that nothing refers to, \
      empty folders. It may run beside a service. Transcripts and what a restore has kept aside stay unless they are named.
      """)

  @Flag(help: "Remove what is listed.")
  var apply = false

  @Flag(help: "Also the result folders that the library does not know.")
  var transcripts = false

  @Flag(name: TranscriptionFlags.both("before_restore"), help: "Also what restores have kept aside.")
  var beforeRestore = false

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() async throws {
    let home = Home.locate()
    let cleanup = Cleanup(
      home: home, settings: try await Settings.load(home: home), library: try await Composition.libraryIfAny(at: home))
    let all = try await cleanup.items()
    let items = all.filter(isWanted)
    var failures = 0
    for item in items {
      var isRemoved = false
      if apply {
        do {
          try await cleanup.remove(item)
          isRemoved = true
        } catch let error as CommentBotError {
          failures += 1
          Console.error("\(error)")
        }
      }
      Console.out(json ? try JSONLine.of(Line(item, isRemoved)) : Self.text(item))
    }
    if Restore.isUnfinished(in: home) {
      let undo = Place.here(home).typed("commentbot restore --undo")
      Console.error("a restore has not come to its end, and what it holds stays\n  → \(undo)")
    }
    if !json {
      tellSum(items)
      tellRest(all.filter { !isWanted($0) })
    }
    if failures > 0 { throw ExitStatus.someFailed }
  }

  private func isWanted(_ item: Cleanup.Item) -> Bool {
    switch item.kind {
    case .temporary, .cache, .audio, .folder: true
    case .transcripts: transcripts
    case .beforeRestore: beforeRestore
    }
  }

  private func tellSum(_ items: [Cleanup.Item]) {
    guard !items.isEmpty else { return Console.error("nothing is left over") }
    let sum = "\(CountText.of(items.count, "thing")), \(Self.bytes(items))"
    let flags = (transcripts ? " --transcripts" : "") + (beforeRestore ? " --before-restore" : "")
    let command = Place.here(.locate()).typed("commentbot cleanup\(flags) --apply")
    Console.error(apply ? "removed \(sum)" : "\(sum), which this removes:\n  → \(command)")
  }

  private func tellRest(_ items: [Cleanup.Item]) {
    let results = items.filter { $0.kind == .transcripts }
    if let first = results.first {
      Console.error(
        "\(CountText.of(results.count, "result folder")) that the library does not know, \(Self.bytes(results)), such as "
          + "\(first.url.path); --transcripts takes them too")
    }
    let kept = items.filter { $0.kind == .beforeRestore }
    if !kept.isEmpty {
      Console.error("restores have kept \(Self.bytes(kept)) aside; --before-restore takes it too")
    }
  }

  private static func bytes(_ items: [Cleanup.Item]) -> String { TimeText.bytes(items.reduce(0) { $0 + $1.byteCount }) }

  private static func text(_ item: Cleanup.Item) -> String {
    "\(TimeText.bytes(item.byteCount))\t\(item.kind.rawValue)\t\(Console.safe(item.url.path))"
  }

  private struct Line: Encodable {
    var kind: Cleanup.Kind
    var path: String
    var bytes: Int
    var removed: Bool

    init(_ item: Cleanup.Item, _ isRemoved: Bool) {
      (kind, path, bytes, removed) = (item.kind, item.url.path, item.byteCount, isRemoved)
    }
  }
}
