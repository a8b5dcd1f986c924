import CommentCore
import Foundation

/// Folders that must be writable with room left, and a database that must be whole.
struct StorageChecks {
  let home: Home

  /// Bytes under which a disk is too full to go on: an hour of cached audio is 115 MB.
  private static let leastFreeBytes = 500_000_000
  private static let comfortableFreeBytes = 5_000_000_000

  func findings() async throws -> [Finding] {
    try await Blocking.run { folderFindings() } + [await database()]
  }

  private func folderFindings() -> [Finding] {
    [homeFinding()] + folders.map { writable($0.0, $0.1) } + [
      disk("storage.disk", "data/", home.data),
      disk("storage.disk_database", "bd/", home.database.deletingLastPathComponent()),
    ]
  }

  private var folders: [(String, URL)] {
    [
      ("database", home.database.deletingLastPathComponent()), ("audio_cache", home.audioCache),
      ("transcripts", home.transcripts), ("models", home.models),
    ]
  }

  private func homeFinding() -> Finding {
    let isThere = FileManager.default.fileExists(atPath: home.database.path)
    return .ok(
      "storage.home", "\(home.root.path) \(isThere ? "holds" : "is where the first run will make") bd/ and data/")
  }

  /// Really writes a byte: permission bits say nothing about read-only mounts or to root.
  private func writable(_ name: String, _ folder: URL) -> Finding {
    let id = "storage.\(name)"
    do {
      try AtomicFile.makeFolder(folder)
      let probe = folder.appending(path: ".diagnose-\(ProcessInfo.processInfo.processIdentifier)")
      try AtomicFile.write(Data([0]), to: probe)
      try FileManager.default.removeItem(at: probe)
      return .ok(id, "\(folder.path) can be written")
    } catch {
      let error = error as? CommentBotError ?? CommentBotError(fileError: error, "write", folder.path)
      return .failure(id, "\(folder.path) cannot be written: \(error.cause)", fix: mending(folder, error))
    }
  }

  private func disk(_ id: String, _ name: String, _ folder: URL) -> Finding {
    let values = try? FileManager.default.attributesOfFileSystem(forPath: existing(folder).path)
    guard let free = (values?[.systemFreeSize] as? NSNumber)?.intValue else {
      return .warning(id, "the free space for \(name) could not be read", fix: "df -h \(folder.path.shellQuoted)")
    }
    let text = "\(TimeText.bytes(free)) free on the disk of \(name)"
    if free < Self.leastFreeBytes { return .failure(id, text, fix: makingRoom) }
    if free < Self.comfortableFreeBytes { return .warning(id, text, fix: makingRoom) }
    return .ok(id, text)
  }

  private func database() async -> Finding {
    let id = "storage.database_integrity"
    guard FileManager.default.fileExists(atPath: home.database.path) else {
      return .ok(id, "no database yet; the first run makes it")
    }
    do {
      let library = try await Blocking.run { try Library(at: home.database) }
      let problems = try await library.integrityProblems()
      if problems.isEmpty { return .ok(id, "\(home.database.path) is whole") }
      return .failure(id, "\(home.database.path): \(problems.prefix(3).joined(separator: "; "))", fix: moveAside)
    } catch {
      let error = error as? CommentBotError ?? CommentBotError(fileError: error, "open", home.database.path)
      return .failure(id, "\(home.database.path): \(error.cause)", fix: mendingDatabase(error))
    }
  }

  /// A sound database is never moved away.
  private func mendingDatabase(_ error: CommentBotError) -> String {
    switch error.code {
    case .database: moveAside
    case .permission, .diskFull: mending(home.database, error)
    case .io: "sudo dmesg | tail    # what the disk reports; then: commentbot diagnose"
    default: error.remedy ?? "commentbot diagnose"
    }
  }

  /// The transcripts' files stay; processing the recordings again finds the audio in the cache.
  private var moveAside: String {
    moving(home.database.deletingLastPathComponent(), "damaged")
  }
}

// MARK: - Mending

extension StorageChecks {
  /// The command that lets this user write the file or folder, by what stands against it.
  private func mending(_ url: URL, _ error: CommentBotError?) -> String {
    if error?.code == .diskFull { return makingRoom }
    let place = existing(url)
    let file = place.resolvingSymlinksInPath().path
    guard let facts = try? FileManager.default.attributesOfItem(atPath: file) else { return elsewhere }
    if place != home.database, facts[.type] as? FileAttributeType != .typeDirectory { return moving(place, "old") }
    // What lies above the installation is not ours to change.
    let isInside = (place.path + "/").hasPrefix(home.root.path + "/")
    guard isInside, access(place.path, W_OK) != 0, errno != EROFS else { return elsewhere }
    let path = place.path.shellQuoted
    let owner = (facts[.ownerAccountID] as? NSNumber)?.uint32Value
    return owner == geteuid() ? "chmod -R u+rwX \(path)" : "sudo chown -R \"$(id -un)\" \(path)"
  }

  private var elsewhere: String { "export COMMENTBOT_HOME=FOLDER    # one that this user can write" }

  /// The cache's audio can be decoded again; without it, only another disk has room.
  private var makingRoom: String {
    let files = FileManager.default.enumerator(atPath: home.audioCache.path)?.allObjects as? [String] ?? []
    if files.contains(where: { $0.hasSuffix(".wav") }) { return "commentbot cache --clear" }
    return "export COMMENTBOT_HOME=FOLDER    # one on a disk with more room"
  }

  private func moving(_ url: URL, _ ending: String) -> String {
    "mv \(url.path.shellQuoted) \((url.path + "." + ending).shellQuoted)"
  }

  /// The thing itself or the nearest folder above it that is there.
  private func existing(_ url: URL) -> URL {
    var url = url
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    return url
  }
}
