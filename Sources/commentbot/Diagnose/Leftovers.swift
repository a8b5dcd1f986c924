import CommentCore
import Foundation

/// Temporary files of programs that were killed. What a program is writing is young, or locked by it.
struct Leftovers {
  let home: Home
  /// Where `serve` makes backups.
  let backupFolder: URL?
  /// The system's, in which programs make folders of their own.
  let temporaryFolder: URL
  let now: Date

  /// Seconds that a temporary file is left alone.
  private static let grace = 3600.0
  /// The same of uploads, which may be slow.
  private static let uploadGrace = 86_400.0

  init(in home: Home, _ settings: JobSettings, temporaryFolder: URL, now: Date) {
    (self.home, self.temporaryFolder, self.now) = (home, temporaryFolder, now)
    backupFolder = settings.backupFolder.map { URL(filePath: $0) }
  }

  var files: [URL] {
    let old = now.addingTimeInterval(-Self.grace)
    let places = [home.database.deletingLastPathComponent(), home.audioCache, home.transcripts, home.prompts]
    return places.flatMap { temporary(in: $0, olderThan: Self.grace) }
      + temporary(in: home.inbox, olderThan: Self.uploadGrace) + ModelStore.abandoned(in: home.models)
      + Restore.abandoned(in: home) + (backupFolder.map { BackupFolder($0).leftovers(before: old) } ?? [])
      + TemporaryFolder.abandoned(in: temporaryFolder, before: old)
  }

  private func temporary(in folder: URL, olderThan age: Double) -> [URL] {
    guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    var files: [URL] = []
    while let path = names.nextObject() as? String {
      guard isTemporary(URL(filePath: path).lastPathComponent, in: folder), let facts = names.fileAttributes,
        facts[.type] as? FileAttributeType == .typeRegular, let changed = facts[.modificationDate] as? Date,
        now.timeIntervalSince(changed) > age
      else { continue }
      let file = folder.appending(path: path)
      if !UseLock.isHeld(file) { files.append(file) }
    }
    return files
  }

  /// Only in the cache is everything CommentBot's: elsewhere a person may have files of such names. SQLite has some
  /// beside those that it writes.
  private func isTemporary(_ name: String, in folder: URL) -> Bool {
    (name.hasPrefix(".") || folder == home.audioCache)
      && [".tmp", ".tmp-journal", ".tmp-wal", ".tmp-shm"].contains(where: name.hasSuffix)
  }
}
