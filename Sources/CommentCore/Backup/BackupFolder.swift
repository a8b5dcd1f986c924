public import Foundation

/// A folder of backups, named by the time when they were made, the newest few of which stay.
public struct BackupFolder: Sendable {
  private let folder: URL

  public init(_ folder: URL) {
    self.folder = folder
  }

  /// The name of a new backup, which no file has yet.
  func newFile(at time: Date, isEncrypted: Bool) -> URL {
    var time = time
    while true {
      let file = folder.appending(path: Self.name(at: time) + (isEncrypted ? ".age" : ""))
      if !FileManager.default.fileExists(atPath: file.path) { return file }
      time += 1
    }
  }

  /// Adds a backup, and then removes all but the newest ones.
  /// - Parameters:
  ///   - count: how many stay; nil removes none.
  /// - Returns: what was made, and what was removed.
  /// - Throws: as ``Backup/write(to:)``.
  public func add(
    _ backup: Backup, at time: Date = Date(), keeping count: Int? = nil
  ) async throws -> (made: Backup.Outcome, removed: [URL]) {
    let file = try await Blocking.run { newFile(at: time, isEncrypted: backup.passphrase != nil) }
    let made = try await backup.write(to: file)
    return (made, try await Blocking.run { try count.map(keep) ?? [] })
  }

  /// When the newest one was made; nil when there is none. Blocks.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  public func newest() throws -> Date? { try backups().last.flatMap(Self.time) }

  /// Removes all but the newest ones.
  /// - Returns: those that were removed.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  func keep(_ count: Int) throws -> [URL] {
    let old = try backups().dropLast(count)
    for file in old where unlink(file.path) != 0 && errno != ENOENT {
      throw CommentBotError(errno: errno, "remove", file.path)
    }
    return Array(old)
  }

  /// The oldest first: the names sort by time.
  private func backups() throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { Self.time(of: $0) != nil }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
      throw CommentBotError(fileError: error, "read", folder.path)
    }
  }

  /// nil when it is no backup.
  private static func time(of file: URL) -> Date? {
    let name = file.lastPathComponent.wholeMatch(of: #/commentbot-([0-9]{8}T[0-9]{6}Z)\.tar(\.age)?/#)
    return name.flatMap { try? Date(String($0.output.1), strategy: style) }
  }

  private static let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)

  private static func name(at time: Date) -> String { "commentbot-\(time.formatted(style)).tar" }
}
