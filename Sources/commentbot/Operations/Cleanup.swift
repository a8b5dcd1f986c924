import CommentCore
import Foundation

/// What may go from an installation. Everything is looked for beside a running service: what it is writing is young, or
/// locked.
struct Cleanup: Sendable {
  enum Kind: String, Encodable, Sendable {
    /// Files and folders of programs that were killed.
    case temporary
    /// Decoded audio beyond what the cache may take.
    case cache
    /// Uploaded audio that nothing refers to.
    case audio
    /// Folders without a file.
    case folder
    /// Result folders that the library does not know.
    case transcripts
    /// What a restore has kept aside.
    case beforeRestore = "before-restore"
  }

  /// One thing that may go.
  struct Item: Sendable {
    var kind: Kind
    var url: URL
    var byteCount: Int
  }

  let home: Home
  let settings: Settings
  /// nil where there is none: then nothing is known of results and uploads.
  let library: Library?
  var temporaryFolder = FileManager.default.temporaryDirectory
  var now: @Sendable () -> Date = { Date() }

  /// Seconds that a result folder is left alone: its files are written before the library names it.
  private static let grace = 3600.0

  private var cache: AudioCache { AudioCache(folder: home.audioCache, budget: settings.cacheBytes) }

  /// All there is, in the order of the kinds.
  func items() async throws -> [Item] {
    let time = now()
    var items = try await Blocking.run {
      Leftovers(in: home, settings.jobs, temporaryFolder: temporaryFolder, now: time).files
        .map { Self.item(.temporary, $0) }
    }
    items += try await cache.excess(over: settings.cacheBytes).map { entry in
      let name = "\(entry.key.prefix(2))/\(entry.key).wav"
      return Item(kind: .cache, url: home.audioCache.appending(path: name), byteCount: entry.byteCount)
    }
    if let library {
      let retention = Retention(
        home: home, library: library, jobs: SQLiteJobStore(library), settings: settings.jobs, now: now)
      items += try await retention.strayAudio().map { Item(kind: .audio, url: $0.url, byteCount: $0.byteCount) }
    }
    let known = try await library?.folders()
    return try await items
      + Blocking.run {
        try Self.emptyFolders(in: [home.audioCache, home.inbox]) + strangeResults(known, before: time)
          + Restore.kept(in: home).map { Self.item(.beforeRestore, $0) }
      }
  }

  /// Removes a thing.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  func remove(_ item: Item) async throws {
    if item.kind == .cache {
      // With its facts, which stand in a file of their own.
      return try await cache.remove(key: item.url.deletingPathExtension().lastPathComponent)
    }
    try await Blocking.run {
      // A folder that has got a file meanwhile stays.
      if item.kind == .folder {
        guard rmdir(item.url.path) == 0 || errno == ENOTEMPTY || errno == ENOENT else {
          throw CommentBotError(errno: errno, "remove", item.url.path)
        }
        return
      }
      try FileManager.default.removeAll(at: item.url)
    }
  }

  /// Those with two letters, which are made for the files whose hashes begin with them.
  private static func emptyFolders(in parents: [URL]) throws -> [Item] {
    try parents.flatMap { parent in
      try names(in: parent).filter { $0.count == 2 }.map { parent.appending(path: $0) }
        .filter { try isFolder($0) && names(in: $0).isEmpty }.map { Item(kind: .folder, url: $0, byteCount: 0) }
    }
  }

  private func strangeResults(_ known: Set<String>?, before time: Date) throws -> [Item] {
    guard let known else { return [] }
    return try Self.names(in: home.transcripts).filter { !$0.hasPrefix(".") && !known.contains($0) }
      .map { home.transcripts.appending(path: $0) }
      .filter { url in
        let facts = try? FileManager.default.attributesOfItem(atPath: url.path)
        let changed = facts?[.modificationDate] as? Date ?? time
        return Self.isFolder(url) && time.timeIntervalSince(changed) > Self.grace
      }
      .map { try Self.names(in: $0).isEmpty ? Item(kind: .folder, url: $0, byteCount: 0) : Self.item(.transcripts, $0) }
  }

  private static func item(_ kind: Kind, _ url: URL) -> Item {
    func size(_ path: String) -> Int {
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      return facts?[.type] as? FileAttributeType == .typeRegular ? (facts?[.size] as? NSNumber)?.intValue ?? 0 : 0
    }
    let inside = isFolder(url) ? FileManager.default.subpaths(atPath: url.path) ?? [] : []
    return Item(
      kind: kind, url: url, byteCount: inside.reduce(size(url.path)) { $0 + size(url.appending(path: $1).path) })
  }

  private static func names(in folder: URL) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    } catch {
      throw CommentBotError(fileError: error, "read", folder.path)
    }
  }

  private static func isFolder(_ url: URL) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: url.path))?[.type] as? FileAttributeType == .typeDirectory
  }
}
