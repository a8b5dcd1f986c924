public import Foundation

/// A temporary folder inside the models' folder, so that what is made in it can be renamed into place. It is locked for
/// as long as it is used.
struct ModelScratch {
  private static let prefix = "work-"

  let folder: URL
  private let lock: UseLock

  /// Makes the folder, and removes those of processes that have died.
  init(in models: URL) throws {
    let parent = models.appending(path: ".tmp")
    let folder = parent.appending(path: "\(Self.prefix)\(UUID().uuidString)")
    // Another process must not find the folder between its making and its lock.
    try AtomicFile.makeFolder(models)
    lock = try FolderLock.held(on: models) {
      for folder in Self.unused(in: parent) { try? FileManager.default.removeItem(at: folder) }
      try AtomicFile.makeFolder(folder)
      return try UseLock(folder)
    }
    self.folder = folder
  }

  /// Those of processes that have died.
  static func abandoned(in models: URL) -> [URL] {
    (try? FolderLock.held(on: models) { unused(in: models.appending(path: ".tmp")) }) ?? []
  }

  private static func unused(in parent: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.map { parent.appending(path: $0) }.filter { !UseLock.isHeld($0) }
  }

  func remove() {
    defer { lock.end() }
    try? FileManager.default.removeItem(at: folder)
    // Goes only when nothing else is in it.
    rmdir(folder.deletingLastPathComponent().path)
  }

  func makeFolder(_ name: String) throws -> URL {
    let url = folder.appending(path: name)
    try AtomicFile.makeFolder(url)
    return url
  }

  func copy(_ file: URL, to copy: URL) throws {
    do {
      try FileManager.default.copyItem(at: file.resolvingSymlinksInPath(), to: copy)
    } catch {
      throw CommentBotError(fileError: error, "copy", file.path)
    }
  }

  func move(_ file: URL, to place: URL) throws {
    guard rename(file.path, place.path) == 0 else { throw CommentBotError(errno: errno, "move", file.path) }
  }

  /// Where a download grows over as many runs as it takes.
  static func download(of url: String, in models: URL) throws -> URL {
    let folder = models.appending(path: ".tmp")
    try AtomicFile.makeFolder(folder)
    return folder.appending(path: (url as NSString).lastPathComponent)
  }

  /// - Throws: ``CommentBotError`` with code `diskFull` when fewer bytes are free for this user.
  func requireSpace(_ byteCount: Int) throws {
    var info = statvfs()
    guard statvfs(folder.path, &info) == 0 else { throw CommentBotError(errno: errno, "examine", folder.path) }
    let free = Int(info.f_bavail) * Int(info.f_frsize)
    guard free >= byteCount else {
      let models = folder.deletingLastPathComponent().deletingLastPathComponent().path
      throw CommentBotError(
        .diskFull, "write", models,
        cause: "\(byteCount / 1_000_000 + 1) MB are needed and \(free / 1_000_000) MB are free",
        hint: "df -h \(models.shellQuoted)    # shows the disk to free space on")
    }
  }
}

extension ModelStore {
  /// Folders that imports and pulls which were killed have left in a folder of models. What was downloaded in part is
  /// none: the next pull goes on with it. Blocks.
  public static func abandoned(in folder: URL) -> [URL] { ModelScratch.abandoned(in: folder) }
}
