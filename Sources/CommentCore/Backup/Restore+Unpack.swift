import Crypto
import Foundation

extension Restore {
  /// Unpacks a backup, and checks each file and the library.
  func unpack(_ archive: URL, into staging: RestoreStaging, _ stop: StopFlag) throws -> BackupManifest {
    let subject = archive.path
    let source = try bytes(of: archive)
    var hashes: [String: String] = [:]
    var manifest: BackupManifest?
    try TarReader(source: source, subject: subject).eachFile { header, read in
      guard manifest == nil else { throw CommentBotError.backupDamaged(subject, "files follow its manifest") }
      if header.path == BackupManifest.name {
        var text = Data()
        while case let piece = try read(), !piece.isEmpty { text.append(piece) }
        manifest = try BackupManifest.decode(text, subject: subject)
        return
      }
      guard let (part, path) = BackupPart.of(header.path), hashes[header.path] == nil else {
        throw CommentBotError.backupDamaged(subject, "\(header.path) is no part of an installation, or there twice")
      }
      var hash = SHA256()
      func copy(to sink: (any ByteSink)?) throws {
        while case let piece = try read(), !piece.isEmpty {
          if stop.isSet { throw CancellationError() }
          hash.update(data: piece)
          try sink?.append(piece)
        }
      }
      if keepsConfiguration, [.prompts, .configuration].contains(part) {
        try copy(to: nil)
      } else {
        try staging.add(path, of: part, mode: header.mode, modified: header.modified) { try copy(to: $0) }
      }
      hashes[header.path] = hash.finalize().hexadecimal
    }
    // To the end, which is authenticated too.
    while try !source.read(TarWriter.pieceBytes).isEmpty {}
    guard let manifest else { throw CommentBotError.backupCutOff(subject) }
    try manifest.requireSame(as: hashes, subject: subject)
    try requireSound(staging.url(of: .library).appending(path: home.database.lastPathComponent), subject)
    return manifest
  }

  private func bytes(of archive: URL) throws -> any ByteSource {
    do {
      let source = try FileSource(archive)
      let head = try InputFile.head(archive, count: SealedHead.mark.count, operation: "read")
      guard head.elementsEqual(SealedHead.mark) else { return source }
      guard let passphrase else {
        throw CommentBotError(
          .usage, "decrypt", archive.path, cause: "it is encrypted, and there is no passphrase",
          hint: "commentbot restore \(archive.path.shellQuoted) --passphrase-file FILE")
      }
      return try SealedReader(source, passphrase, subject: archive.path)
    } catch let error as CommentBotError where error.code == .unreadableAudio {
      throw CommentBotError.backupDamaged(archive.path, error.cause)
    }
  }

  private func requireSound(_ library: URL, _ subject: String) throws {
    guard FileManager.default.fileExists(atPath: library.path) else {
      throw CommentBotError.backupDamaged(subject, "there is no library in it")
    }
    let inspection = try LibraryInspection(library)
    if let problem = try inspection.problems().first {
      throw CommentBotError.backupDamaged(subject, "its library is damaged: \(problem)")
    }
    guard !inspection.isNewer else {
      throw CommentBotError(
        .databaseNewer, "restore", subject, cause: "a newer version of CommentBot has written its library",
        hint: "commentbot --version    # install the newer version")
    }
  }
}
