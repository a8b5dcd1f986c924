import CommentCore
import Foundation

/// Folders that must be writable with room left, and a database that must be whole.
struct StorageChecks {
  let home: Home

  /// Bytes under which a disk is too full to go on: an hour of cached audio is 115 MB.
  private static let leastFreeBytes = 500_000_000
  private static let comfortableFreeBytes = 5_000_000_000

  func findings() async -> [Finding] {
    var findings = [homeFinding()]
    for (name, folder) in folders { findings.append(writable(name, folder)) }
    findings.append(disk())
    findings.append(await database())
    return findings
  }

  private var folders: [(String, URL)] {
    [
      ("database", home.database.deletingLastPathComponent()), ("audio_cache", home.audioCache),
      ("transcripts", home.transcripts), ("models", home.models),
    ]
  }

  private func homeFinding() -> Finding {
    .ok("storage.home", "\(home.root.path) holds bd/ and data/")
  }

  /// Really writes a byte: permission bits say nothing about read-only mounts or to root.
  private func writable(_ name: String, _ folder: URL) -> Finding {
    let id = "storage.\(name)"
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let probe = folder.appending(path: ".diagnose-\(ProcessInfo.processInfo.processIdentifier)")
      try AtomicFile.write(Data([0]), to: probe)
      try FileManager.default.removeItem(at: probe)
      return .ok(id, "\(folder.path) can be written")
    } catch {
      let failure = error as? CommentBotError
      return .failure(
        id, "\(folder.path) cannot be written: \(failure?.cause ?? error.localizedDescription)",
        fix: failure?.hint ?? "ls -ld \"\(folder.path)\"    # it must be a folder that this user can write")
    }
  }

  private func disk() -> Finding {
    let values = try? FileManager.default.attributesOfFileSystem(forPath: existing(home.data).path)
    guard let free = (values?[.systemFreeSize] as? NSNumber)?.intValue else {
      return .warning("storage.disk", "the free space could not be read", fix: "df -h \(home.root.path)")
    }
    let text = "\(TimeText.bytes(free)) free on the disk of data/"
    if free < Self.leastFreeBytes { return .failure("storage.disk", text, fix: "commentbot cache --clear") }
    if free < Self.comfortableFreeBytes { return .warning("storage.disk", text, fix: "commentbot cache --clear") }
    return .ok("storage.disk", text)
  }

  private func existing(_ url: URL) -> URL {
    var url = url
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    return url
  }

  private func database() async -> Finding {
    let id = "storage.database_integrity"
    guard FileManager.default.fileExists(atPath: home.database.path) else {
      return .ok(id, "no database yet; the first run makes it")
    }
    do {
      let library = try Library(at: home.database)
      let problems = try await library.integrityProblems()
      if problems.isEmpty { return .ok(id, "\(home.database.path) is whole") }
      return .failure(id, "\(home.database.path): \(problems.prefix(3).joined(separator: "; "))", fix: moveAside)
    } catch {
      let cause = (error as? CommentBotError)?.cause ?? "\(error)"
      return .failure(id, "\(home.database.path): \(cause)", fix: moveAside)
    }
  }

  /// The transcripts' files stay; processing the recordings again finds the audio in the cache.
  private var moveAside: String {
    "mv \"\(home.database.deletingLastPathComponent().path)\" \"\(home.database.deletingLastPathComponent().path).damaged\""
  }
}
