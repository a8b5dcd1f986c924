import ArgumentParser
import CommentCore
import Foundation

struct CacheCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show or trim the decoded audio in data/audio-cache.")

  @Option(help: "Delete the longest unused until at most so many bytes are left.")
  var trim: Int?

  @Flag(help: "Delete all of it; it is decoded again when needed.")
  var clear = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let home = Home.locate()
    let budget = try await Settings.load(home: home).cacheBytes
    let cache = AudioCache(folder: home.audioCache, budget: budget)
    if clear {
      _ = try await cache.clear()
    } else if let trim {
      _ = try await cache.trim(to: trim)
    }
    let entries = try await cache.entries()
    let bytes = entries.reduce(0) { $0 + $1.byteCount }
    if json { return Console.out(try JSONText.line(["entries": entries.count, "bytes": bytes, "budget": budget])) }
    Console.out("\(entries.count) recordings, \(TimeText.bytes(bytes)) of at most \(TimeText.bytes(budget))")
    Console.out("in \(home.audioCache.path)")
  }
}
