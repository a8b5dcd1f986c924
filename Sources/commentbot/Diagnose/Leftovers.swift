import CommentCore
import Foundation

/// Temporary files of programs that were killed. What a program is writing is young, or locked by it.
struct Leftovers {
  let home: Home
  /// The system's, in which programs make folders of their own.
  let temporaryFolder: URL
  let now: Date

  /// Seconds that a temporary file is left alone.
  private static let grace = 3600.0
  /// The same of uploads, which may be slow.
  private static let uploadGrace = 86_400.0

  var files: [URL] {
    let places = [home.database.deletingLastPathComponent(), home.audioCache, home.transcripts, home.prompts]
    return places.flatMap { temporary(in: $0, olderThan: Self.grace) }
      + temporary(in: home.inbox, olderThan: Self.uploadGrace) + modelFolders
      + Restore.abandoned(in: home)
      + TemporaryFolder.abandoned(in: temporaryFolder, before: now.addingTimeInterval(-Self.grace))
  }

  private func temporary(in folder: URL, olderThan age: Double) -> [URL] {
    guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    var files: [URL] = []
    while let name = names.nextObject() as? String {
      guard name.hasSuffix(".tmp"), let facts = names.fileAttributes,
        facts[.type] as? FileAttributeType == .typeRegular, let changed = facts[.modificationDate] as? Date,
        now.timeIntervalSince(changed) > age
      else { continue }
      let file = folder.appending(path: name)
      if !isLocked(file) { files.append(file) }
    }
    return files
  }

  /// Those of processes that are gone. What was downloaded in part stays: the next pull goes on with it.
  private var modelFolders: [URL] {
    let parent = home.models.appending(path: ".tmp")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    return names.filter { name in
      guard name.hasPrefix("work-"), let process = name.split(separator: "-").dropFirst().first.flatMap({ pid_t($0) })
      else { return false }
      return kill(process, 0) != 0 && errno == ESRCH
    }.map { parent.appending(path: $0) }
  }

  private func isLocked(_ file: URL) -> Bool {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }
}
