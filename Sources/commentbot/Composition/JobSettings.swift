import CommentCore
import Configuration
import Foundation

/// What of submitting jobs and of what happens to them afterwards can be set.
struct JobSettings: Sendable, Equatable {
  /// `jobs.allow_paths`: folders of this machine whose files requests may name, with commas
  /// between them; none when absent.
  var allowedPaths: [String] = []
  /// `jobs.max_bytes`: of one file.
  var maxBytes = 4_000_000_000
  /// `jobs.queue_depth`: queued and running jobs of one owner.
  var queueDepth = 10_000
  /// `jobs.lease`: seconds without a sign of life after which another worker takes a job; the same
  /// for all workers.
  var lease = 60.0
  /// `webhooks.secret_file`: file of the secret that deliveries are signed with.
  var webhookSecretFile: String?
  /// `webhooks.allow_private`: takes addresses of this machine and its network too.
  var allowsPrivateCallbacks = false
  /// `retention.audio_days`: 0 keeps uploaded audio for ever.
  var audioDays = 0
  /// `retention.transcript_days`: 0 keeps recordings for ever.
  var transcriptDays = 0
  /// `retention.job_days`: 0 keeps finished jobs for ever.
  var jobDays = 90
  /// `backup.folder`: where copies of the installation go; nil makes none.
  var backupFolder: String?
  /// `backup.audio`: puts uploaded audio into the copies too.
  var backupsHaveAudio = false
  /// `backup.passphrase_file`: file of the passphrase that copies are encrypted with.
  var backupPassphraseFile: String?
  /// `backup.keep`: how many copies stay.
  var backupsKept = 7
  /// `backup.hours`: between two copies.
  var backupHours = 24

  /// What a lease may last, in seconds.
  static let leases = 1.0...86_400

  init() {}

  /// - Throws: ``CommentBotError`` with code `configuration`; what the reader throws when a value is malformed.
  init(reading config: ConfigReader) async throws {
    allowedPaths = try await config.fetchString(forKey: "jobs.allow_paths", default: "")
      .split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    maxBytes = try await config.fetchInt(forKey: "jobs.max_bytes", default: maxBytes)
    queueDepth = try await config.fetchInt(forKey: "jobs.queue_depth", default: queueDepth)
    lease = try await config.fetchDouble(forKey: "jobs.lease", default: lease)
    webhookSecretFile = try await config.fetchString(forKey: "webhooks.secret_file")
    allowsPrivateCallbacks = try await config.fetchBool(forKey: "webhooks.allow_private", default: false)
    audioDays = try await config.fetchInt(forKey: "retention.audio_days", default: audioDays)
    transcriptDays = try await config.fetchInt(forKey: "retention.transcript_days", default: transcriptDays)
    jobDays = try await config.fetchInt(forKey: "retention.job_days", default: jobDays)
    backupFolder = try await config.fetchString(forKey: "backup.folder")
    backupsHaveAudio = try await config.fetchBool(forKey: "backup.audio", default: false)
    backupPassphraseFile = try await config.fetchString(forKey: "backup.passphrase_file")
    backupsKept = try await config.fetchInt(forKey: "backup.keep", default: backupsKept)
    backupHours = try await config.fetchInt(forKey: "backup.hours", default: backupHours)
    try check()
  }

  /// - Throws: ``CommentBotError`` with code `configuration` when a value is out of its range.
  func check() throws {
    let ranges: [(Int, String, ClosedRange<Int>)] = [
      (maxBytes, "jobs.max_bytes", 1...1 << 50), (queueDepth, "jobs.queue_depth", 1...10_000_000),
      (audioDays, "retention.audio_days", 0...36_500), (transcriptDays, "retention.transcript_days", 0...36_500),
      (jobDays, "retention.job_days", 0...36_500), (backupsKept, "backup.keep", 1...1000),
      (backupHours, "backup.hours", 1...8760),
    ]
    for (value, key, range) in ranges where !range.contains(value) {
      throw CommentBotError(
        .configuration, "use", "\(key) = \(value)",
        cause: "it must lie between \(range.lowerBound) and \(range.upperBound)", hint: "give another number")
    }
    guard Self.leases.contains(lease) else {
      throw CommentBotError(
        .configuration, "use", "jobs.lease = \(lease)", cause: "it must lie between 1 and 86400",
        hint: "give another number")
    }
  }

  /// What copies are encrypted with; nil when nothing is set.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  func backupPassphrase() throws -> Passphrase? {
    try backupPassphraseFile.map { try Passphrase(file: URL(filePath: $0)) }
  }

  /// The secret that deliveries are signed with; nil when none is set.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  func webhookSecret() throws -> String? {
    guard let webhookSecretFile else { return nil }
    let text = try? String(contentsOfFile: webhookSecretFile, encoding: .utf8)
    let secret = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    guard secret.utf8.count >= 16 else {
      throw CommentBotError(
        .configuration, "read", "webhooks.secret_file = \(webhookSecretFile)",
        cause: text == nil ? "it cannot be read" : "a secret must have 16 bytes or more",
        hint: "openssl rand -hex 32 > \(webhookSecretFile.shellQuoted)")
    }
    return secret
  }
}
