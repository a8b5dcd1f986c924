import CommentCore
import Synchronization

/// What is in the files that were sent. Each state of a file is read once: many requests ask for parts of the same one.
final class KnownContents: Sendable {
  private struct Content {
    var state: OpenFile.State
    var sha256: Task<String, any Error>
  }
  /// By path, so that a file that changes takes no more room.
  private let contents = Mutex<[String: Content]>([:])

  /// - Returns: SHA-256 of the file's bytes.
  /// - Throws: ``CommentBotError`` with code `io`.
  func sha256(of file: OpenFile, at path: String) async throws -> String {
    let task = contents.withLock { contents in
      if let content = contents[path], content.state == file.state { return content.sha256 }
      // No request's own: others wait for it too.
      let task = Task { try await Blocking.run { try FileDigest.sha256(of: file) } }
      contents[path] = Content(state: file.state, sha256: task)
      return task
    }
    do {
      return try await task.value
    } catch {
      contents.withLock { if $0[path]?.sha256 == task { $0[path] = nil } }
      throw error
    }
  }
}
