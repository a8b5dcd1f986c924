import ArgumentParser
import CommentCore
import Foundation

/// What `serve` takes, tells and keeps of jobs.
struct JobServiceFlags: ParsableArguments {
  @Option(
    name: TranscriptionFlags.both("allow_path"),
    help: "Folder of this machine whose files requests may name; as often as there are some.",
    completion: .directory)
  var allowPath: [String] = []

  @Option(
    name: TranscriptionFlags.both("webhook_secret_file"), help: "File of the secret that callbacks are signed with.",
    completion: .file())
  var webhookSecretFile: String?

  @Flag(
    name: TranscriptionFlags.both("allow_private_callbacks"),
    help: "Call back addresses of this machine and its network too.")
  var allowPrivateCallbacks = false

  @Option(
    name: TranscriptionFlags.both("keep_audio"),
    help: "Days after which uploaded audio is removed that no job waits for; 0, the default, keeps it.")
  var keepAudio: Int?

  @Option(
    name: TranscriptionFlags.both("keep_transcripts"),
    help: "Days after which recordings are removed with all that was made of them; 0, the default, keeps them.")
  var keepTranscripts: Int?

  @Option(
    name: TranscriptionFlags.both("backup_folder"),
    help: "Folder for copies of library, results and settings, one a day.", completion: .directory)
  var backupFolder: String?

  /// The flags win.
  /// - Throws: ``CommentBotError`` with code `configuration` when a value is out of its range.
  func settings(over settings: JobSettings) throws -> JobSettings {
    var settings = settings
    if !allowPath.isEmpty { settings.allowedPaths = allowPath }
    settings.webhookSecretFile = webhookSecretFile ?? settings.webhookSecretFile
    if allowPrivateCallbacks { settings.allowsPrivateCallbacks = true }
    settings.audioDays = keepAudio ?? settings.audioDays
    settings.transcriptDays = keepTranscripts ?? settings.transcriptDays
    settings.backupFolder = backupFolder ?? settings.backupFolder
    try settings.check()
    return settings
  }
}
