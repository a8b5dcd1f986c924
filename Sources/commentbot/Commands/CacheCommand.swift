import ArgumentParser
import CommentCore
import Foundation

struct CacheCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show or trim the decoded audio in data/audio-cache.")

  @Option(help: "Delete the longest unused until at most so much is left, such as 500MB or 2GB.")
  var trim: ByteCount?

  @Flag(help: "Delete all of it; it is decoded again when needed.")
  var clear = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let home = Home.locate()
    let budget = try await Settings.load(home: home).cacheBytes
    let cache = AudioCache(folder: home.audioCache, budget: budget)
    var freed: Int?
    if clear {
      freed = try await cache.clear()
    } else if let trim {
      freed = try await cache.trim(to: trim.bytes)
    }
    let entries = try await cache.entries()
    let bytes = entries.reduce(0) { $0 + $1.byteCount }
    if json { return Console.out(try JSONLine.of(["entries": entries.count, "bytes": bytes, "budget": budget])) }
    if let freed { Console.out("freed \(TimeText.bytes(freed))") }
    // Each channel of a recording may have an entry of its own.
    let recordings = CountText.of(Set(entries.map(\.sha256)).count, "recording")
    Console.out("\(recordings), \(TimeText.bytes(bytes)) of at most \(TimeText.bytes(budget))")
    Console.out("in \(home.audioCache.path)")
  }
}
