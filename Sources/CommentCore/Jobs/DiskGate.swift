public import Foundation
import Synchronization

/// Keeps the queue waiting while there is no room on the disk.
public final class DiskGate: Sendable {
  /// Bytes that must fit into each folder: SQLite and checkpoints need little at a time.
  private static let probeBytes = 1 << 20

  private let folders: [URL]
  private let isClosed = Mutex(false)

  /// - Parameter folders: where jobs write.
  public init(folders: [URL]) {
    self.folders = folders
  }

  /// Somebody found the disk full.
  public func close() { isClosed.withLock { $0 = true } }

  /// Opens the gate when a write succeeds.
  /// - Returns: whether there is room, as far as is known.
  public func tryOpen() async -> Bool {
    guard isClosed.withLock(\.self) else { return true }
    do {
      try await Blocking.run { [folders] in
        for folder in folders {
          try AtomicFile.makeFolder(folder)
          let probe = folder.appending(path: ".commentbot-\(UUID().uuidString)")
          defer { try? FileManager.default.removeItem(at: probe) }
          try AtomicFile.write(Data(count: Self.probeBytes), to: probe)
        }
      }
      isClosed.withLock { $0 = false }
      return true
    } catch {
      return false
    }
  }
}
