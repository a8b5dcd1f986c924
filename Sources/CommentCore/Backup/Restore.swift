public import Foundation

/// Brings an installation back to what a backup holds.
///
/// The backup is unpacked beside the data, every hash and the library are checked, and only then it takes the place of
/// what is there, which is kept aside. Uploaded audio is only added, since its names are its hashes. To be used in a
/// process that has not opened the library.
public struct Restore: Sendable {
  let home: Home
  /// Of a backup that is encrypted.
  public var passphrase: Passphrase?
  /// Whether the settings file and the kinds of comments stay as they are.
  public var keepsConfiguration = false

  public init(into home: Home) {
    self.home = home
  }

  /// What was brought back.
  public struct Outcome: Sendable {
    /// What is in the backup.
    public var manifest: BackupManifest
    /// The name of the hidden folders with what was there before; nil when there was nothing.
    public var aside: String?
  }

  /// Unpacks the backup and checks it, and leaves nothing of it.
  /// - Throws: as ``restore(_:)``.
  public func check(_ archive: URL) async throws -> BackupManifest {
    try await working { stop in try unpack(archive, into: RestoreStaging(home), stop) }
  }

  /// - Throws: ``CommentBotError`` with code `busy` when a process has the library open, `backupDamaged` when the
  ///   backup is damaged or cut off, `databaseNewer`, `permission` also when the passphrase is another one, `usage`
  ///   when it is missing, `inputMissing`, `diskFull` or `io`; `CancellationError`. Everything is as it was then.
  public func restore(_ archive: URL) async throws -> Outcome {
    try await working { stop in
      try LibraryUse.requireNone(of: home.database)
      for url in RestoreStaging.abandoned(in: home) { try? FileManager.default.removeItem(at: url) }
      let staging = RestoreStaging(home)
      return try withExtendedLifetime(staging) {
        let manifest = try unpack(archive, into: staging, stop)
        staging.giveToOwners()
        let places = try places(staging, manifest)
        try staging.flush()
        return Outcome(manifest: manifest, aside: try Self.swap(places, in: home))
      }
    }
  }

  /// Brings back what the last restore has kept aside; what is there now is kept aside in its place.
  /// - Returns: the name of the hidden folders with it; nil when there was nothing.
  /// - Throws: ``CommentBotError`` with code `notFound` when nothing was kept, and as ``restore(_:)``.
  public func undo() async throws -> String? {
    try await working { _ in
      try LibraryUse.requireNone(of: home.database)
      guard let last = RestoreSwap.kept(in: home).last?.lastPathComponent else {
        throw CommentBotError(
          .notFound, "take back", "the last restore in \(home.root.path)", cause: "nothing was kept aside by one",
          hint: "commentbot restore FILE")
      }
      let places = BackupPart.allCases.map { (part: $0, staged: $0.folder(in: home).appending(path: last)) }
        .filter { FileManager.default.fileExists(atPath: $0.staged.path) }
      let aside = try Self.swap(places, in: home)
      for place in places { rmdir(place.staged.path) }
      return aside
    }
  }

  /// Folders with what restores have kept aside, the oldest first. Blocks.
  public static func kept(in home: Home) -> [URL] { RestoreSwap.kept(in: home) }

  /// Folders that restores which were killed have left. Blocks.
  public static func abandoned(in home: Home) -> [URL] { RestoreStaging.abandoned(in: home) }

  private func working<Value: Sendable>(_ body: @escaping @Sendable (StopFlag) throws -> Value) async throws -> Value {
    let stop = StopFlag()
    return try await withTaskCancellationHandler {
      try await Blocking.run { try body(stop) }
    } onCancel: {
      stop.set()
    }
  }

  /// What is to take its place from where. What is the same already is left alone.
  private func places(
    _ staging: RestoreStaging, _ manifest: BackupManifest
  ) throws -> [(part: BackupPart, staged: URL)] {
    var places: [(part: BackupPart, staged: URL)] = []
    for part in BackupPart.allCases {
      switch part {
      case .audio where !manifest.hasAudio: continue
      case .audio, .transcripts, .library: places.append((part, staging.url(of: part)))
      case .prompts, .configuration:
        if try keepsConfiguration || isSame(part, staging) { continue }
        places.append((part, try bringHome(part, staging)))
      }
    }
    return places
  }

  private func isSame(_ part: BackupPart, _ staging: RestoreStaging) throws -> Bool {
    let files = try part.files(in: home).files
    guard files.sorted() == staging.files(of: part).sorted() else { return false }
    return try files.allSatisfy {
      try FileDigest.sha256(of: part.folder(in: home).appending(path: $0))
        == FileDigest.sha256(of: staging.url(of: part).appending(path: $0))
    }
  }

  private func bringHome(_ part: BackupPart, _ staging: RestoreStaging) throws -> URL {
    do {
      return try staging.bringHome(part)
    } catch let error as CommentBotError where error.code == .permission {
      throw CommentBotError(
        .permission, "restore into", part.folder(in: home).path, cause: error.cause,
        hint: "commentbot restore FILE --keep-config    # leaves data/config and data/prompts as they are")
    }
  }

  /// While it goes on, nobody else opens the library.
  private static func swap(_ places: [(part: BackupPart, staged: URL)], in home: Home) throws -> String? {
    try FolderLock.held(on: home.database.deletingLastPathComponent()) {
      try LibraryUse.requireNone(of: home.database)
      var swap = RestoreSwap(in: home, at: Date())
      do {
        for (part, staged) in places {
          if part == .library { Failpoint.hit(.inRestore) }
          try swap.exchange(part, staged: staged)
        }
        return try swap.finish() ? swap.aside : nil
      } catch {
        swap.takeBack()
        throw error
      }
    }
  }
}
