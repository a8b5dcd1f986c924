import Foundation

/// What is in a backup: the last file of the archive. Where it is missing, the archive is cut off.
public struct BackupManifest: Codable, Sendable, Equatable {
  static let name = "manifest.json"
  static let currentFormat = 1

  /// One file of the backup.
  public struct File: Codable, Sendable, Equatable {
    /// Within the installation, such as `data/transcripts/talk/transcript.json`.
    public var path: String
    /// Size in bytes.
    public var bytes: Int
    /// SHA-256 of its bytes.
    public var sha256: String
  }

  /// Of the archive; grows with what older versions could not read.
  var format = BackupManifest.currentFormat
  /// Of CommentBot.
  public var version: String
  /// When it was made, in ISO 8601.
  public var created: String
  /// Whether uploaded audio is in it too.
  public var hasAudio: Bool
  /// All files but this one.
  public var files: [File]

  /// - Throws: ``CommentBotError`` with code `backupDamaged`.
  static func decode(_ data: Data, subject: String) throws -> BackupManifest {
    struct Format: Decodable { var format: Int }
    if let format = try? JSONFile.decoder.decode(Format.self, from: data).format, format > currentFormat {
      throw CommentBotError(
        .backupDamaged, "read the backup", subject, cause: "a newer version of CommentBot has made it",
        hint: "commentbot --version    # install the newer version")
    }
    do {
      return try JSONFile.decoder.decode(BackupManifest.self, from: data)
    } catch {
      throw CommentBotError.backupDamaged(subject, "its \(name) is damaged")
    }
  }

  /// - Parameter found: the hashes of the files that are in the archive, by their paths.
  /// - Throws: ``CommentBotError`` with code `backupDamaged`, naming the first file that is not as it was.
  func requireSame(as found: [String: String], subject: String) throws {
    for file in files where found[file.path] != file.sha256 {
      throw CommentBotError.backupDamaged(
        subject, found[file.path] == nil ? "\(file.path) is missing" : "\(file.path) is not what was backed up")
    }
    let known = Set(files.map(\.path))
    if let stranger = found.keys.sorted().first(where: { !known.contains($0) }) {
      throw CommentBotError.backupDamaged(subject, "\(stranger) does not belong to it")
    }
  }
}
