import Foundation

/// Carries a plan out. Every step is a rename; when one fails, those before it are taken back. Until its end the plan
/// stands in a file beside the library, so that also what a killed process has begun can be taken back.
///
/// To be used only while nobody else opens the library.
struct RestoreSwap {
  let plan: RestorePlan
  private let home: Home

  init(_ plan: RestorePlan, in home: Home) {
    (self.plan, self.home) = (plan, home)
  }

  /// - Returns: whether anything was kept aside.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`. Everything is as it was then.
  func run() throws -> Bool {
    do {
      try begin()
      for (index, move) in plan.moves.enumerated() {
        if index == plan.firstOfLibrary { Failpoint.hit(.inRestore) }
        try make(move)
      }
      try flush()
    } catch {
      // What cannot be taken back now is by the next restore.
      try? takeBack()
      throw error
    }
    return try end()
  }

  /// Writes the plan down, and makes the hidden folders for what is there.
  func begin() throws {
    try AtomicFile.write(try JSONFile.data(plan), to: Self.record(in: home))
    for folder in plan.keptFolders.map(url) {
      try AtomicFile.makeFolder(folder)
      RestoreStaging.give(folder, likeThatOf: folder.deletingLastPathComponent())
    }
  }

  func make(_ move: RestorePlan.Move) throws {
    let (from, to) = (url(move.from).path, url(move.to).path)
    // It is never gone: other programs would make an empty library in its place. Some file systems have no second
    // names.
    if plan.replacesLibrary(move), link(from, to) == 0 { return }
    guard rename(from, to) == 0 else { throw CommentBotError(errno: errno, "move", from) }
  }

  // MARK: - What a killed process has begun

  /// Whether a restore has begun and not ended. It may also be at work.
  static func isUnfinished(in home: Home) -> Bool { FileManager.default.fileExists(atPath: record(in: home).path) }

  /// Whether the staged files of that name are still to be moved, or may be.
  static func isUnfinished(_ staged: String, in home: Home) -> Bool {
    do {
      return try unfinished(in: home)?.plan.staged == staged
    } catch {
      return true
    }
  }

  /// nil when there is none.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  static func unfinished(in home: Home) throws -> RestoreSwap? {
    guard isUnfinished(in: home) else { return nil }
    do {
      let plan = try JSONFile.decoder.decode(RestorePlan.self, from: Data(contentsOf: record(in: home)))
      return RestoreSwap(plan, in: home)
    } catch {
      throw CommentBotError(fileError: error, "read", record(in: home).path)
    }
  }

  /// Takes back what was done, unless only the end was missing.
  /// - Returns: whether it was taken back.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  func resolve() throws -> Bool {
    if let last = plan.moves.last, RestorePlan.isThere(last.to, home), !RestorePlan.isThere(last.from, home) {
      _ = try end()
      return false
    }
    try takeBack()
    return true
  }

  /// What somebody has put in a place since then stays there.
  private func takeBack() throws {
    // What was never moved away is nothing that has come in its place.
    let untouched = Set(plan.moves.filter { !RestorePlan.isThere($0.to, home) }.map(\.from))
    for move in plan.moves.reversed() where RestorePlan.isThere(move.to, home) && !untouched.contains(move.to) {
      let (from, to) = (url(move.from), url(move.to))
      if RestorePlan.isThere(move.from, home) {
        if Self.isSame(from, to) { unlink(to.path) }
        continue
      }
      try AtomicFile.makeFolder(from.deletingLastPathComponent())
      guard rename(to.path, from.path) == 0 else { throw CommentBotError(errno: errno, "move", to.path) }
    }
    try flush()
    _ = try end()
  }

  private func flush() throws {
    let folders = Set(plan.moves.flatMap { [$0.from, $0.to] }.map { url($0).deletingLastPathComponent() })
    for folder in folders where FileManager.default.fileExists(atPath: folder.path) {
      try AtomicFile.flush(folder: folder)
    }
  }

  /// - Returns: whether anything is kept aside.
  private func end() throws -> Bool {
    let record = Self.record(in: home)
    guard unlink(record.path) == 0 || errno == ENOENT else {
      throw CommentBotError(errno: errno, "remove", record.path)
    }
    let isEmpty = plan.keptFolders.allSatisfy { folder in
      (try? FileManager.default.contentsOfDirectory(atPath: url(folder).path))?.isEmpty ?? true
    }
    if isEmpty { for folder in plan.keptFolders { rmdir(url(folder).path) } }
    try AtomicFile.flush(folder: record.deletingLastPathComponent())
    return !isEmpty
  }

  /// Whether both are names of one file.
  private static func isSame(_ one: URL, _ other: URL) -> Bool {
    var (first, second) = (stat(), stat())
    guard lstat(one.path, &first) == 0, lstat(other.path, &second) == 0 else { return false }
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
  }

  private func url(_ path: String) -> URL { home.root.appending(path: path) }

  private static func record(in home: Home) -> URL {
    home.database.deletingLastPathComponent().appending(path: ".unfinished-restore.json")
  }
}
