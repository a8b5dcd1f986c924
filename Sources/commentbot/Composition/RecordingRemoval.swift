import CommentCore
import Foundation

/// Removes every trace of a recording.
struct RecordingRemoval: Sendable {
  let home: Home
  let library: Library
  let jobs: any JobStore

  /// What was removed.
  struct Outcome: Sendable {
    var rows: Deletion
    /// Jobs on it.
    var jobs = 0
    /// Uploads of it that could be taken up again.
    var uploads = 0
    /// Whether its audio lay in the inbox.
    var audio = false
  }

  /// Takes the recording away from an owner, with all his jobs on it and uploads of it; with the last owner goes everything else.
  /// - Parameter owner: nil takes it away from all.
  /// - Throws: ``CommentBotError`` with code `notFound`, also when it is another owner's.
  func remove(_ sha256: String, owner: String? = nil) async throws -> Outcome {
    var (jobs, uploads) = (0, 0)
    // First, so that no worker makes anew what is being removed.
    let owners = try await library.owners(of: sha256)
    for owner in owner.map({ [$0] }) ?? owners {
      // They would make jobs on it.
      uploads += try await removeUploads(of: sha256, owner: owner)
      jobs += try await self.jobs.forget(audioHash: sha256, owner: owner)
    }
    if let owner, owners != [owner] {
      return Outcome(rows: try await library.delete(recording: sha256, owner: owner), jobs: jobs, uploads: uploads)
    }
    // The rows last: while they are there, a deletion that failed can be repeated.
    for folder in try await library.folders(ofRecording: sha256) {
      try await ResultFolder(named: folder, in: home.transcripts).remove()
    }
    try await AudioCache(folder: home.audioCache).remove(sha256: sha256)
    let audio =
      try await isAwaited(sha256, besides: owners)
      ? false : try await Blocking.run { [home] in try AudioInbox(folder: home.inbox).remove(sha256) > 0 }
    return Outcome(
      rows: try await library.delete(recording: sha256, owner: owner), jobs: jobs, uploads: uploads, audio: audio)
  }

  private func removeUploads(of sha256: String, owner: String) async throws -> Int {
    let ids = try await library.removeUploads(of: sha256, owner: owner)
    // Mostly they are in the inbox by now.
    for id in ids { unlink(AudioInbox(folder: home.inbox).file(ofUpload: id).path) }
    return ids.count
  }

  /// Whether others have sent the same audio, which they then still need: the recording is theirs only when it is done.
  private func isAwaited(_ sha256: String, besides owners: [String]) async throws -> Bool {
    if try await library.hasUpload(of: sha256, besides: owners) { return true }
    return try await !jobs.jobs(JobFilter(owner: nil, audioHash: sha256, limit: 1)).isEmpty
  }
}
