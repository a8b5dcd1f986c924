import CommentCore
import Foundation

/// Copies of the library in a folder, the newest few of them.
struct LibraryBackup: Sendable {
  let library: Library
  let folder: URL
  /// How many stay.
  let kept: Int
  /// Seconds between two.
  let interval: Double
  var now: @Sendable () -> Date = { Date() }

  /// Makes a copy when the newest one is too old, also over restarts.
  /// - Returns: what was done; nil when it was not time yet.
  func runIfDue() async throws -> String? {
    let newest = try await Blocking.run { try copies().last }
    if let newest, name(at: now().addingTimeInterval(-interval)) < newest.lastPathComponent { return nil }
    let url = folder.appending(path: name(at: now()))
    try await library.backUp(to: url)
    let removed = try await Blocking.run {
      let old = try copies().dropLast(kept)
      for file in old where unlink(file.path) != 0 { throw CommentBotError(errno: errno, "remove", file.path) }
      return old.count
    }
    return "wrote \(url.lastPathComponent)" + (removed > 0 ? ", removed \(CountText.of(removed, "old copy"))" : "")
  }

  /// The oldest first: the names sort by time.
  private func copies() throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { Self.time(of: $0) != nil }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
      throw CommentBotError(fileError: error, "read", folder.path)
    }
  }

  /// When the copies in a folder were made.
  static func times(in folder: URL) -> [Date] {
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).compactMap(time)
  }

  /// nil when it is no copy.
  private static func time(of file: URL) -> Date? {
    let name = file.lastPathComponent.wholeMatch(of: #/commentbot-([0-9]{8}T[0-9]{6}Z)\.sqlite/#)
    return name.flatMap { try? Date(String($0.output.1), strategy: style) }
  }

  private static let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)

  private func name(at time: Date) -> String {
    "commentbot-\(time.formatted(Self.style)).sqlite"
  }
}
