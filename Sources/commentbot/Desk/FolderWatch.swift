import CommentCore
import Foundation

/// Which files of a folder are whole: those that stayed as they were between two looks, and that nobody has open for
/// writing.
struct FolderWatch {
  /// How a file was at a look.
  struct Sight: Equatable, Sendable {
    var byteCount: Int
    var changed: Date
    /// As far as the system tells.
    var isOpenForWriting = false
  }

  private var last: [String: Sight] = [:]
  private var done: [String: Sight] = [:]

  /// Whether there are files that are not settled yet.
  private(set) var isWaiting = false

  /// - Parameter seen: the files of this look, by path.
  /// - Returns: those to take now, in alphabetical order; each once for each content.
  mutating func settled(_ seen: [String: Sight]) -> [String] {
    let settled = seen.filter { path, sight in
      done[path] != sight && last[path] == sight && !sight.isOpenForWriting && sight.byteCount > 0
    }
    last = seen
    done = done.filter { seen[$0.key] != nil }.merging(settled) { $1 }
    isWaiting = seen.contains { done[$0.key] != $0.value && $0.value.byteCount > 0 }
    return settled.keys.sorted()
  }

  /// Takes the file again at a later look.
  mutating func forget(_ path: String) {
    done[path] = nil
    isWaiting = true
  }

  /// The audio and video files in the folder and below. Blocks.
  /// - Throws: ``CommentBotError`` with code `inputMissing` when there is no such folder.
  static func look(into folder: String) throws -> [String: Sight] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw CommentBotError(
        .inputMissing, "watch", folder, cause: "there is no such folder", hint: "mkdir -p \(folder.shellQuoted)")
    }
    return Inputs.find([folder]).inputs.reduce(into: [:]) { seen, input in
      guard let path = input.url?.standardizedFileURL.path, input.failure == nil,
        let facts = try? FileManager.default.attributesOfItem(atPath: path),
        let size = facts[.size] as? NSNumber, let changed = facts[.modificationDate] as? Date
      else { return }
      seen[path] = Sight(byteCount: size.intValue, changed: changed, isOpenForWriting: isOpenForWriting(path))
    }
  }

  /// Linux gives a lease for reading only where nobody has the file open for writing; it is given back at once.
  private static func isOpenForWriting(_ path: String) -> Bool {
    #if os(Linux)
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      // Who opens it just then makes the system send this signal, which would end the process.
      signal(SIGIO, SIG_IGN)
      if fcntl(descriptor, setLease, F_RDLCK) == 0 {
        _ = fcntl(descriptor, setLease, F_UNLCK)
        return false
      }
      // Anything else says that this file system or user cannot know.
      return errno == EAGAIN
    #else
      return false
    #endif
  }
}

/// Linux's F_SETLEASE, which the C library shows to GNU sources only.
private let setLease: Int32 = 1024
