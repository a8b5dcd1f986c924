import Foundation
import GRDB

/// Puts what is staged in the place of what is there, part by part, and keeps that in a hidden folder beside it. Every
/// step is a rename; when one fails, those before it are taken back.
struct RestoreSwap {
  static let prefix = ".before-restore-"

  private let home: Home
  /// The name of the hidden folders.
  let aside: String
  private var moves: [(from: URL, to: URL)] = []
  private var keptFolders: [URL] = []

  init(in home: Home, at time: Date) {
    self.home = home
    var time = time
    while Self.kept(in: home).contains(where: { $0.lastPathComponent == Self.name(at: time) }) { time += 1 }
    aside = Self.name(at: time)
  }

  private static func name(at time: Date) -> String {
    prefix + time.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
  }

  /// What earlier restores have kept aside, the oldest first.
  static func kept(in home: Home) -> [URL] {
    BackupPart.allCases.flatMap { part in
      let folder = part.folder(in: home)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return names.filter { $0.hasPrefix(prefix) }.map { folder.appending(path: $0) }
    }.sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// Takes a part over.
  /// - Parameter staged: the part's files; where it is not there, the part has none.
  mutating func exchange(_ part: BackupPart, staged: URL) throws {
    switch part {
    case .audio: try add(staged, to: part.folder(in: home))
    case .library: try exchangeLibrary(staged)
    case .configuration, .prompts, .transcripts:
      let folder = part.folder(in: home)
      let kept = try keep(folder)
      for name in try Self.names(in: folder) where part.holds(name) { try move(name, from: folder, to: kept) }
      for name in try Self.names(in: staged) where part.holds(name) { try move(name, from: staged, to: folder) }
    }
  }

  /// Brings all of it to the disk.
  /// - Returns: whether anything was kept aside.
  mutating func finish() throws -> Bool {
    for folder in Set(moves.map { $0.to.deletingLastPathComponent() }) { try AtomicFile.flush(folder: folder) }
    let isEmpty = try keptFolders.allSatisfy { try Self.names(in: $0).isEmpty }
    if isEmpty { for folder in keptFolders { rmdir(folder.path) } }
    return !isEmpty
  }

  /// Takes back what was done.
  mutating func takeBack() {
    for (from, to) in moves.reversed() where rename(to.path, from.path) == 0 {
      // Of two names of one file, a rename takes neither away.
      unlink(to.path)
    }
    for folder in keptFolders { rmdir(folder.path) }
    moves = []
  }

  /// The file is never gone: other programs would make an empty library in its place.
  private mutating func exchangeLibrary(_ staged: URL) throws {
    let file = home.database
    let (folder, name) = (file.deletingLastPathComponent(), file.lastPathComponent)
    let kept = try keep(folder)
    Self.writeBackLog(of: file)
    // Those of a library that is damaged.
    let companions = ["-wal", "-shm", "-journal"].map { name + $0 }
    for name in companions where Self.exists(folder, name) { try move(name, from: folder, to: kept) }
    if Self.exists(folder, name) {
      // Some file systems have no second names.
      if Self.exists(staged, name), link(file.path, kept.appending(path: name).path) == 0 {
        moves.append((file, kept.appending(path: name)))
      } else {
        try move(name, from: folder, to: kept)
      }
    }
    for name in [name] + companions where Self.exists(staged, name) { try move(name, from: staged, to: folder) }
  }

  /// The files are named by their hashes: what is there already is the same, and what is needed no more goes by itself.
  private mutating func add(_ staged: URL, to folder: URL) throws {
    for subfolder in try Self.names(in: staged) {
      let (source, target) = (staged.appending(path: subfolder), folder.appending(path: subfolder))
      for name in try Self.names(in: source) where !Self.exists(target, name) {
        try AtomicFile.makeFolder(target)
        try move(name, from: source, to: target)
      }
    }
  }

  private mutating func keep(_ folder: URL) throws -> URL {
    let kept = folder.appending(path: aside)
    // First, so that it is taken back also when it was made but could not be brought to the disk.
    keptFolders.append(kept)
    try AtomicFile.makeFolder(kept)
    RestoreStaging.give(kept, likeThatOf: folder)
    return kept
  }

  private mutating func move(_ name: String, from: URL, to: URL) throws {
    let (from, to) = (from.appending(path: name), to.appending(path: name))
    guard rename(from.path, to.path) == 0 else { throw CommentBotError(errno: errno, "move", from.path) }
    moves.append((from, to))
  }

  /// So that the library is one file. A damaged one keeps its log, which is then kept with it.
  private static func writeBackLog(of file: URL) {
    guard FileManager.default.fileExists(atPath: file.path), let queue = try? DatabaseQueue(path: file.path) else {
      return
    }
    try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try? queue.close()
  }

  private static func exists(_ folder: URL, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: name).path)
  }

  private static func names(in folder: URL) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw CommentBotError(fileError: error, "read", folder.path)
    }
  }
}
