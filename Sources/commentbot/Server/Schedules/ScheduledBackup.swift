import ArgumentParser
import CommentCore
import Foundation

/// Backups of the installation in a folder, the newest few of them.
struct ScheduledBackup: Sendable {
  let home: Home
  let library: Library
  let folder: URL
  let settings: JobSettings
  var now: @Sendable () -> Date = { Date() }

  /// Makes a backup when the newest one is too old, also over restarts.
  /// - Returns: what was done; nil when it was not time yet.
  func runIfDue() async throws -> String? {
    let backups = BackupFolder(folder)
    let time = now()
    let newest = try await Blocking.run { try backups.newest(at: time)?.made }
    if let newest, time < newest.addingTimeInterval(Double(settings.backupHours) * 3600) { return nil }
    var backup = Backup(of: home, library, version: CommentBot.configuration.version)
    backup.includesAudio = settings.backupsHaveAudio
    backup.passphrase = try settings.backupPassphrase()
    let (made, removed) = try await backups.add(backup, at: time, keeping: settings.backupsKept)
    return "wrote \(made.file.lastPathComponent) of \(TimeText.bytes(made.byteCount))"
      + (removed.isEmpty ? "" : ", removed \(CountText.of(removed.count, "old one"))")
  }
}
