import Foundation

/// A temporary folder inside the models' folder, so that what is made in it can be renamed into place.
struct ModelScratch {
  let folder: URL

  /// Makes the folder, and removes those of processes that have died.
  init(in models: URL) throws {
    let parent = models.appending(path: ".tmp")
    try AtomicFile.makeFolder(parent)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? [] {
      guard name.hasPrefix("work-"), let process = name.split(separator: "-").dropFirst().first.flatMap({ pid_t($0) })
      else { continue }
      let isGone = kill(process, 0) != 0 && errno == ESRCH
      if isGone { try? FileManager.default.removeItem(at: parent.appending(path: name)) }
    }
    folder = parent.appending(path: "work-\(getpid())-\(UUID().uuidString)")
    try AtomicFile.makeFolder(folder)
  }

  func remove() {
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
