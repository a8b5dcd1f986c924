public import Foundation

/// Brings an installation back to what a backup holds.
///
/// The backup is unpacked beside the data, every hash and the library are checked, and only then it takes the place of
/// what is there, which is kept aside. Uploaded audio is only added, since its names are its hashes. A restore that was
/// killed is taken back by the next one. To be used in a process that has not opened the library.
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

  /// Does all that a restore does but for taking the place of what is there, and leaves nothing of it.
  /// - Throws: as ``restore(_:)``.
  public func check(_ archive: URL) async throws -> BackupManifest {
    try await working { stop in
      let staging = RestoreStaging(home)
      return try withExtendedLifetime(staging) {
        let manifest = try unpack(archive, into: staging, stop)
        _ = try RestorePlan(parts(staging, manifest), from: staging.name, in: home, at: Date())
        return manifest
      }
    }
  }

  /// - Throws: ``CommentBotError`` with code `busy` when a process has the library open, `backupDamaged` when the
  ///   backup is damaged or cut off, `databaseNewer`, `permission` also when the passphrase is another one, `usage`
  ///   when it is missing, `inputMissing`, `diskFull` or `io`; `CancellationError`. Everything is as it was then.
  public func restore(_ archive: URL) async throws -> Outcome {
    try await working { stop in
      try LibraryUse.requireNone(of: home.database)
      _ = try endUnfinished()
      for url in Self.abandoned(in: home) { try? FileManager.default.removeItem(at: url) }
      let staging = RestoreStaging(home)
      return try withExtendedLifetime(staging) {
        let manifest = try unpack(archive, into: staging, stop)
        staging.giveToOwners()
        let parts = try parts(staging, manifest)
        try staging.flush()
        return Outcome(manifest: manifest, aside: try swap(parts, from: staging.name))
      }
    }
  }

  /// Brings back what the last restore has kept aside; what is there now is kept aside in its place. Of a restore that
  /// was killed, takes back what it had done.
  /// - Returns: the name of the hidden folders with it; nil when there was nothing.
  /// - Throws: ``CommentBotError`` with code `notFound` when nothing was kept, and as ``restore(_:)``.
  public func undo() async throws -> String? {
    try await working { _ in
      try LibraryUse.requireNone(of: home.database)
      if let plan = try endUnfinished(), !plan.isUndo {
        for url in Self.abandoned(in: home) { try? FileManager.default.removeItem(at: url) }
        return nil
      }
      guard let last = RestorePlan.kept(in: home).last?.lastPathComponent else {
        throw CommentBotError(
          .notFound, "take back", "the last restore in \(home.root.path)", cause: "nothing was kept aside by one",
          hint: "commentbot restore FILE")
      }
      let parts = BackupPart.allCases.filter { RestorePlan.isThere("\($0.rawValue)/\(last)", home) }
      let aside = try swap(parts, from: last)
      for part in parts { rmdir(part.folder(in: home).appending(path: last).path) }
      return aside
    }
  }

  /// Whether a restore was killed while it put things in their places, or is at work. ``restore(_:)`` and ``undo()``
  /// take it back; until then nothing of it may go.
  public static func isUnfinished(in home: Home) -> Bool { RestoreSwap.isUnfinished(in: home) }

  /// Folders with what restores have kept aside and may go, the oldest first. Blocks.
  public static func kept(in home: Home) -> [URL] { isUnfinished(in: home) ? [] : RestorePlan.kept(in: home) }

  /// Folders that restores which were killed have left and may go. Blocks.
  public static func abandoned(in home: Home) -> [URL] {
    isUnfinished(in: home) ? [] : RestoreStaging.abandoned(in: home)
  }

  private func working<Value: Sendable>(_ body: @escaping @Sendable (StopFlag) throws -> Value) async throws -> Value {
    let stop = StopFlag()
    return try await withTaskCancellationHandler {
      try await Blocking.run { try body(stop) }
    } onCancel: {
      stop.set()
    }
  }

  /// What is to take its place. What is the same already is left alone.
  private func parts(_ staging: RestoreStaging, _ manifest: BackupManifest) throws -> [BackupPart] {
    try BackupPart.allCases.filter { part in
      switch part {
      case .audio: return manifest.hasAudio
      case .transcripts, .library: return true
      case .prompts, .configuration:
        if try keepsConfiguration || isSame(part, staging) { return false }
        try bringHome(part, staging)
        return true
      }
    }
  }

  private func isSame(_ part: BackupPart, _ staging: RestoreStaging) throws -> Bool {
    let files = try part.files(in: home).files
    guard files.sorted() == staging.files(of: part).sorted() else { return false }
    return try files.allSatisfy {
      try FileDigest.sha256(of: part.folder(in: home).appending(path: $0))
        == FileDigest.sha256(of: staging.url(of: part).appending(path: $0))
    }
  }

  private func bringHome(_ part: BackupPart, _ staging: RestoreStaging) throws {
    do {
      try staging.bringHome(part)
    } catch let error as CommentBotError where error.code == .permission {
      throw CommentBotError(
        .permission, "restore into", part.folder(in: home).path, cause: error.cause,
        hint: "commentbot restore FILE --keep-config    # leaves data/config and data/prompts as they are")
    }
  }

  /// - Returns: the name of the hidden folders with what was there; nil when there was nothing.
  private func swap(_ parts: [BackupPart], from staged: String) throws -> String? {
    try alone {
      Self.writeBackLog(of: home.database)
      let library = BackupPart.library.folder(in: home).appending(path: "\(staged)/\(home.database.lastPathComponent)")
      try Self.keepRevocations(of: home.database, in: library)
      let plan = try RestorePlan(parts, from: staged, in: home, at: Date())
      return try RestoreSwap(plan, in: home).run() ? plan.aside : nil
    }
  }

  /// Takes back what a restore had done that was killed.
  /// - Returns: what it was about to do; nil when there is none, or only its end was missing.
  private func endUnfinished() throws -> RestorePlan? {
    guard Self.isUnfinished(in: home) else { return nil }
    return try alone {
      guard let unfinished = try RestoreSwap.unfinished(in: home), try unfinished.resolve() else { return nil }
      return unfinished.plan
    }
  }

  /// While it goes on, nobody else opens the library.
  private func alone<Value>(_ body: () throws -> Value) throws -> Value {
    try FolderLock.held(on: home.database.deletingLastPathComponent()) {
      try LibraryUse.requireNone(of: home.database)
      return try body()
    }
  }
}
