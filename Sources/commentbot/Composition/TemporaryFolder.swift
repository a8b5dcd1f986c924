import Foundation
import Synchronization

/// A folder of this process for what must not outlive it; removed with this object, and when the process ends at once.
final class TemporaryFolder: Sendable {
  let url: URL

  private static let all = Mutex<Set<URL>>([])

  /// Makes the folder, which only this user may read.
  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "commentbot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    _ = Self.all.withLock { $0.insert(url) }
  }

  deinit {
    remove()
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
}
