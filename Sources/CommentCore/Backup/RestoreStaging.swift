import Foundation
import Synchronization

/// Where a backup is unpacked before it takes the place of what is there: a hidden folder in the folder of each part,
/// which may be a disk of its own, so that everything gets its place by a rename. Removed with this object,
/// unless a restore of it could neither be ended nor taken back.
///
/// The folders are locked for as long as they are used: one that is not belonged to a restore that was killed.
final class RestoreStaging: Sendable {
  private static let prefix = ".restore-"

  private let home: Home
  /// Of the folder in each part's own folder.
  let name = "\(RestoreStaging.prefix)\(UUID().uuidString)"
  private let locks = Mutex<[URL: UseLock]>([:])

  init(_ home: Home) {
    self.home = home
  }

  deinit {
    // What a restore has begun and could not take back goes by what is still here.
    let isUnfinished = RestoreSwap.isUnfinished(name, in: home)
    for (url, lock) in locks.withLock({ $0 }) {
      if !isUnfinished { try? FileManager.default.removeItem(at: url) }
      lock.end()
    }
  }

  /// The folder that a part is unpacked into. What is small is beside the library at first: its own folder may be
  /// read-only, and often nothing has to be changed there.
  func url(of part: BackupPart) -> URL {
    switch part {
    case .library, .transcripts, .audio: part.folder(in: home).appending(path: name)
    case .prompts, .configuration: url(of: .library).appending(path: part.rawValue)
    }
  }

  /// Makes a file of the part, and the folders that it needs.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  func add(_ path: String, of part: BackupPart, mode: mode_t, modified: Date, _ body: (AtomicFile) throws -> Void)
    throws
  {
    let file = url(of: part).appending(path: path)
    let isSmall = part == .prompts || part == .configuration
    try make(url(of: isSmall ? .library : part))
    try AtomicFile.makeFolder(file.deletingLastPathComponent())
    try AtomicFile.create(file.path, mode: mode, subject: file.path, isFlushed: false, body)
    let time = timespec(tv_sec: Int(modified.timeIntervalSince1970), tv_nsec: 0)
    // Only what is kept for days goes by it.
    _ = utimensat(AT_FDCWD, file.path, [time, time], 0)
  }

  /// Brings everything to the disk: all at once, which is much quicker than one after the other, and then each is asked
  /// whether that went well.
  /// - Throws: ``CommentBotError`` with code `diskFull` or `io`.
  func flush() throws {
    sync()
    for root in locks.withLock({ Array($0.keys) }) {
      try AtomicFile.flush(folder: root)
      guard let names = FileManager.default.enumerator(atPath: root.path) else { continue }
      while let name = names.nextObject() as? String {
        let isFolder = names.fileAttributes?[.type] as? FileAttributeType == .typeDirectory
        let url = root.appending(path: name)
        if isFolder { try AtomicFile.flush(folder: url) } else { try AtomicFile.flush(file: url) }
      }
    }
  }

  /// The part's files, as paths within its folder.
  func files(of part: BackupPart) -> [String] {
    let folder = url(of: part)
    return (FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder.appending(path: name).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  /// Copies a small part into a hidden folder in its own one, for a rename.
  func bringHome(_ part: BackupPart) throws {
    let place = part.folder(in: home).appending(path: name)
    try make(place)
    for name in files(of: part) {
      let (file, copy) = (try FileSource(url(of: part).appending(path: name)), place.appending(path: name))
      try AtomicFile.makeFolder(copy.deletingLastPathComponent())
      try AtomicFile.write(to: copy, mode: file.mode) { copy in
        while case let piece = try file.read(TarWriter.pieceBytes), !piece.isEmpty { try copy.append(piece) }
      }
    }
    Self.give(place, likeThatOf: part.folder(in: home))
  }

  /// Gives all of it to those whose folders they are: root restores for the service's user.
  func giveToOwners() {
    for part in BackupPart.allCases { Self.give(url(of: part), likeThatOf: part.folder(in: home)) }
  }

  static func give(_ root: URL, likeThatOf folder: URL) {
    var status = stat()
    guard geteuid() == 0, stat(folder.path, &status) == 0 else { return }
    let names = FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? []
    for path in [root.path] + names.map({ root.appending(path: $0).path }) {
      // Where that is not possible, `diagnose` says what a user may not change.
      _ = lchown(path, status.st_uid, status.st_gid)
    }
  }

  private func make(_ url: URL) throws {
    if locks.withLock({ $0[url] }) != nil { return }
    // The parts' own folders may be missing too.
    var (above, made) = (url.deletingLastPathComponent(), url)
    while !FileManager.default.fileExists(atPath: above.path), above.path != "/" {
      (above, made) = (above.deletingLastPathComponent(), above)
    }
    do {
      try AtomicFile.makeFolder(url)
    } catch {
      rmdir(url.path)
      throw error
    }
    Self.give(made, likeThatOf: above)
    let lock = try UseLock(url)
    locks.withLock { $0[url] = lock }
  }

  /// Those of restores that were killed.
  static func abandoned(in home: Home) -> [URL] {
    BackupPart.allCases.flatMap { part in
      let folder = part.folder(in: home)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return names.filter { $0.hasPrefix(prefix) }.map { folder.appending(path: $0) }
    }.filter { !UseLock.isHeld($0) }
  }
}
