import CommentCore
import Foundation
import Synchronization

/// A folder of this process for what must not outlive it; removed with this object, and when the process ends at once.
///
/// It is locked for as long as it is used: one that is not belonged to a process that was killed.
final class TemporaryFolder: Sendable {
  let url: URL
  private let lock: UseLock

  private static let all = Mutex<Set<URL>>([])
  private static let prefix = "commentbot-"

  /// Makes the folder, which only this user may read.
  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "\(Self.prefix)\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    lock = try UseLock(url)
    _ = Self.all.withLock { $0.insert(url) }
  }

  deinit {
    remove()
    lock.end()
  }

  func remove() {
    _ = Self.all.withLock { $0.remove(url) }
    try? FileManager.default.removeItem(at: url)
  }

  /// Removes all there are, while other threads may still write into them.
  static func removeAll() {
    for url in all.withLock({ $0 }) {
      // Under another name nobody finds it to put something into.
      let aside = url.appendingPathExtension("old")
      let isMoved = rename(url.path, aside.path) == 0
      try? FileManager.default.removeItem(at: isMoved ? aside : url)
    }
  }

  /// Those of this user that killed processes have left, and that nothing was put into since the given time.
  static func abandoned(in folder: URL, before time: Date) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { name in
      name.hasPrefix(prefix) && UUID(uuidString: String(name.dropFirst(prefix.count).prefix(36))) != nil
    }.map { folder.appending(path: $0) }.filter { url in
      guard let facts = try? FileManager.default.attributesOfItem(atPath: url.path),
        facts[.type] as? FileAttributeType == .typeDirectory,
        (facts[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid(),
        let changed = facts[.modificationDate] as? Date, changed < time
      else { return false }
      return !UseLock.isHeld(url)
    }
  }
}
