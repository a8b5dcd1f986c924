public import Foundation

/// A folder of backups, named by the time when they were made, the newest few of which stay.
public struct BackupFolder: Sendable {
  private let folder: URL
  /// Seconds that a file which is being written is left alone.
  private static let grace = 3600.0

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
    let file = try await Blocking.run {
      for file in leftovers(before: time.addingTimeInterval(-Self.grace)) { unlink(file.path) }
      return newFile(at: time, isEncrypted: backup.passphrase != nil)
    }
    let made = try await backup.write(to: file)
    return (made, try await Blocking.run { try count.map { try keep($0, upTo: file) } ?? [] })
  }

  /// The newest one, and when it was made; nil when there is none. One that was made while the clock was ahead counts
  /// from then on only. Blocks.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  public func newest(at now: Date) throws -> (file: URL, made: Date)? {
    try backups().compactMap { file in Self.time(of: file).map { (file, $0) } }.last { $0.1 <= now }
  }

  /// What backups that were killed have left: nothing has been written to it since the given time. Blocks.
  public func leftovers(before time: Date) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { AtomicFile.isTemporary($0) }.map { folder.appending(path: $0) }.filter { file in
      let facts = try? FileManager.default.attributesOfItem(atPath: file.path)
      let changed = facts?[.modificationDate] as? Date ?? time
      return facts?[.type] as? FileAttributeType == .typeRegular && changed < time
    }
  }

  /// Removes all but the newest ones up to the one just made. Those that the clock has put after it stay.
  /// - Returns: those that were removed.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  private func keep(_ count: Int, upTo made: URL) throws -> [URL] {
    let old = try backups().filter { $0.lastPathComponent < made.lastPathComponent }.dropLast(max(0, count - 1))
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
