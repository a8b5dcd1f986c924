public import Foundation

/// Makes a copy of an installation in one file, beside all reading and writing.
///
/// The file is an archive of tar, encrypted in the format of age where there is a passphrase: both can be read without
/// CommentBot, and unpacked in an empty folder it is an installation. It holds the library as it is at one moment, the
/// result folders, the kinds of comments and the settings file; models and decoded audio are made again, and secrets in
/// files of their own stay where they are.
public struct Backup: Sendable {
  private let home: Home
  private let library: Library
  /// Of CommentBot.
  private let version: String
  /// Whether uploaded audio is in it too, which jobs that are not done yet need.
  public var includesAudio = false
  /// nil leaves the archive readable for everybody who has it.
  public var passphrase: Passphrase?

  public init(of home: Home, _ library: Library, version: String) {
    (self.home, self.library, self.version) = (home, library, version)
  }

  /// What was made.
  public struct Outcome: Sendable {
    /// The archive.
    public var file: URL
    /// What is in it.
    public var manifest: BackupManifest
    /// Size of the archive in bytes.
    public var byteCount: Int
    /// Links to folders, and what else is no file: it is not in the archive.
    public var passedOver: [String]
    /// Uploaded audio that is not in the archive, in bytes.
    public var audioLeftOut: Int
  }

  /// Writes the archive, which only this user may read; it is whole and on the disk when it gets its name.
  /// - Parameter file: what has that name is replaced.
  /// - Throws: ``CommentBotError`` with code `database` when the library's copy is not sound, `diskFull`, `permission`
  ///   or `io`; `CancellationError` when the task is cancelled. Nothing is left then.
  public func write(to file: URL) async throws -> Outcome {
    // Beside the library: where the archive goes to, others may read what is not encrypted.
    let copy = home.database.deletingLastPathComponent().appending(path: ".backup-\(UUID().uuidString).tmp")
    defer { unlink(copy.path) }
    try await library.backUp(to: copy)
    let stop = StopFlag()
    return try await withTaskCancellationHandler {
      try await Blocking.run { try write(to: file, libraryCopy: copy, stop) }
    } onCancel: {
      stop.set()
    }
  }

  private func write(to file: URL, libraryCopy copy: URL, _ stop: StopFlag) throws -> Outcome {
    let created = Date()
    var manifest = BackupManifest(
      version: version, created: created.formatted(.iso8601), hasAudio: includesAudio, files: [])
    var passedOver: [String] = []
    try AtomicFile.makeFolder(file.deletingLastPathComponent())
    try AtomicFile.write(to: file, mode: 0o600) { plain in
      let sealed = try passphrase.map { try SealedWriter($0, to: plain) }
      let archive = TarWriter(sink: sealed ?? plain)
      func add(_ url: URL, _ path: String) throws {
        let source = try FileSource(url)
        let sha256 = try archive.add(source, path: path, stop: stop)
        manifest.files.append(BackupManifest.File(path: path, bytes: source.byteCount, sha256: sha256))
      }
      try add(copy, "\(BackupPart.library.rawValue)/\(home.database.lastPathComponent)")
      for part in BackupPart.allCases where part != .library && (part != .audio || includesAudio) {
        let found = try part.files(in: home)
        passedOver += found.passedOver
        for name in found.files {
          do {
            try add(part.folder(in: home).appending(path: name), "\(part.rawValue)/\(name)")
          } catch let error as CommentBotError where error.code == .inputMissing {
            // It was deleted meanwhile.
            continue
          }
        }
      }
      try archive.add(JSONFile.data(manifest), path: BackupManifest.name, modified: created)
      try archive.finish()
      try sealed?.finish()
    }
    let left = includesAudio ? 0 : try AudioInbox(folder: home.inbox).files().reduce(0) { $0 + $1.byteCount }
    return Outcome(
      file: file, manifest: manifest, byteCount: FileBytes.stamp(of: file)?.byteCount ?? 0, passedOver: passedOver,
      audioLeftOut: left)
  }
}
