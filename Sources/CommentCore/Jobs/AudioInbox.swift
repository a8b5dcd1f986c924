public import Foundation

/// Audio that was uploaded, each file by the hash of its bytes: `data/inbox/ab/<sha256>`.
///
/// The same bytes sent twice are one file. Raw formats are known by the endings of their names alone, so that these
/// endings stay: `data/inbox/ab/<sha256>.ulaw`.
public struct AudioInbox: Sendable {
  /// `data/inbox`.
  public let folder: URL

  public init(folder: URL) {
    self.folder = folder
  }

  /// Where the audio is, or would be.
  /// - Parameter name: of the file, as the client calls it.
  public func url(of sha256: String, name: String) -> URL {
    let ending = URL(filePath: name).pathExtension.lowercased()
    let file = MediaFormats.rawEndings.contains(ending) ? "\(sha256).\(ending)" : sha256
    return subfolder(of: sha256).appending(path: file)
  }

  /// Where the bytes of an upload are that can be taken up again, until they are all there.
  public func file(ofUpload id: String) -> URL { folder.appending(path: "uploads/\(id)") }

  /// The audio, which has to be there.
  /// - Throws: ``CommentBotError`` with code `inputMissing`.
  public func file(of sha256: String, name: String) throws -> URL {
    let url = url(of: sha256, name: name)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw CommentBotError(
        .inputMissing, "process", name, cause: "its audio is not in \(folder.path) any more", hint: "send it again")
    }
    return url
  }

  /// Gives a whole file of the same disk, which is on the disk already, its name in the inbox. Blocks.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  public func take(_ file: URL, sha256: String, name: String) throws {
    let url = url(of: sha256, name: name)
    try AtomicFile.makeFolder(subfolder(of: sha256))
    // Also where it is there already: what was just sent counts as new for the janitor.
    guard rename(file.path, url.path) == 0 else { throw CommentBotError(errno: errno, "write", url.path) }
    _ = utimensat(AT_FDCWD, url.path, nil, 0)
    try AtomicFile.flush(folder: subfolder(of: sha256))
  }

  /// Removes all files with this content. Blocks.
  /// - Returns: the bytes that they took.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  @discardableResult
  public func remove(_ sha256: String) throws -> Int {
    var bytes = 0
    for file in try files() where file.sha256 == sha256 {
      guard unlink(file.url.path) == 0 || errno == ENOENT else {
        throw CommentBotError(errno: errno, "remove", file.url.path)
      }
      bytes += file.byteCount
    }
    return bytes
  }

  /// One file of the inbox.
  public struct File: Sendable, Equatable {
    /// Where it is.
    public var url: URL
    /// SHA-256 of its bytes.
    public var sha256: String
    /// Size in bytes.
    public var byteCount: Int
    /// When it was sent last.
    public var sent: Date
  }

  /// All files that are whole. Blocks.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  public func files() throws -> [File] {
    try Self.list(folder).filter { $0.lastPathComponent.count == 2 }.flatMap { try Self.list($0) }.compactMap { url in
      let name = url.deletingPathExtension().lastPathComponent
      guard name.utf8.count == 64, let facts = Self.facts(of: url) else { return nil }
      return File(url: url, sha256: name, byteCount: facts.byteCount, sent: facts.changed)
    }
  }

  /// Removes files of uploads that broke off, as old as given. Blocks.
  /// - Returns: how many there were.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  @discardableResult
  public func removeLeftovers(before time: Date) throws -> Int {
    let old = try Self.list(folder).filter { url in
      AtomicFile.isTemporary(url.lastPathComponent) && Self.facts(of: url).map { $0.changed < time } ?? false
    }
    for file in old { unlink(file.path) }
    return old.count
  }

  private func subfolder(of sha256: String) -> URL { folder.appending(path: String(sha256.prefix(2))) }

  private static func list(_ folder: URL) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    } catch {
      throw CommentBotError(fileError: error, "read", folder.path)
    }
  }

  /// nil when the file has gone meanwhile.
  private static func facts(of url: URL) -> (byteCount: Int, changed: Date)? {
    guard let facts = try? FileManager.default.attributesOfItem(atPath: url.path),
      let size = facts[.size] as? NSNumber, let changed = facts[.modificationDate] as? Date
    else { return nil }
    return (size.intValue, changed)
  }
}
