import Foundation
import Synchronization

/// Starts what the engines of a process share: both compute by one ggml.
public enum EngineStart {
  private static let isDone = Mutex(false)

  /// Calls `load` in the first call of the process and never again, whichever engine comes first.
  ///
  /// ggml may keep its code for each kind of CPU in libraries of their own. Left to itself it looks for them in the
  /// current folder too, where anybody may have put one.
  /// - Parameter load: takes the folder of ggml's library; nil when that is not known.
  public static func loadBackends(_ load: (_ folder: String?) -> Void) {
    isDone.withLock { isDone in
      guard !isDone else { return }
      load(libraryFolder)
      isDone = true
    }
  }

  /// By what Linux says of this process's memory.
  private static var libraryFolder: String? {
    guard let maps = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd() else { return nil }
    let paths = String(decoding: maps, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstIndex(of: "/").map { URL(filePath: String(line[$0...])) }
    }
    return paths.first { $0.lastPathComponent.hasPrefix("libggml.so") }?.deletingLastPathComponent().path
  }
}
