import ArgumentParser
import CommentCore
import Foundation

/// What a backup is encrypted with.
struct PassphraseFlags: ParsableArguments {
  @Option(
    name: TranscriptionFlags.both("passphrase_file"),
    help:
      "File of the passphrase that the backup is encrypted with; backup.passphrase_file of the settings when absent.",
    completion: .file())
  var passphraseFile: String?

  /// The flag wins; nil where neither says anything.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  func passphrase(_ settings: JobSettings?) throws -> Passphrase? {
    if let passphraseFile { return try Passphrase(file: URL(filePath: passphraseFile)) }
    return try settings?.backupPassphrase()
  }
}
