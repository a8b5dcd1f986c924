import CommentCore
import Foundation

/// Removes what has served its time.
struct Retention: Sendable {
  /// Seconds that audio without a job is kept: one may just be on its way.
  private static let grace = 86_400.0
  private static let day = 86_400.0
  /// Days after a job's end for which its events are kept.
  private static let eventDays = 7.0

  let home: Home
  let library: Library
  let jobs: any JobStore
  let settings: JobSettings
  var now: @Sendable () -> Date = { Date() }

  private var inbox: AudioInbox { AudioInbox(folder: home.inbox) }

  /// Removes files of uploads that broke off, and audio that no job, no upload and no recording refers to.
  /// - Returns: how many files there were.
  func removeLeftovers() async throws -> Int {
    let old = now().addingTimeInterval(-Self.grace)
    let leftovers = try await Blocking.run { [inbox] in try inbox.removeLeftovers(before: old) }
    return try await leftovers + removeAudio(sentBefore: old, byFinished: true)
  }

  /// - Returns: what was done; nil when there was nothing to do.
  func run() async throws -> String? {
    var done: [String] = []
    func note(_ count: Int, _ noun: String) {
      if count > 0 { done.append("\(CountText.of(count, noun)) removed") }
    }
    if settings.transcriptDays > 0 { note(try await removeRecordings(), "recording") }
    if settings.audioDays > 0 {
      let old = now().addingTimeInterval(-Double(settings.audioDays) * Self.day)
      note(try await removeAudio(sentBefore: old, byFinished: false), "audio file")
    }
    if settings.jobDays > 0 {
      let days = Double(settings.jobDays)
      let pruned = try await jobs.prune(
        events: now().addingTimeInterval(-min(days, Self.eventDays) * Self.day),
        jobs: now().addingTimeInterval(-days * Self.day))
      note(pruned.jobs, "job")
      note(pruned.events, "event")
    }
    return done.isEmpty ? nil : done.joined(separator: ", ")
  }

  private func removeRecordings() async throws -> Int {
    let old = try await library.recordings(
      before: now().addingTimeInterval(-Double(settings.transcriptDays) * Self.day))
    let removal = RecordingRemoval(home: home, library: library, jobs: jobs)
    for (sha256, owner) in old { _ = try await removal.remove(sha256, owner: owner) }
    return old.count
  }

  /// Audio that no job, no upload and no recording refers to, and that was not sent a moment ago.
  func strayAudio() async throws -> [AudioInbox.File] {
    try await unusedAudio(sentBefore: now().addingTimeInterval(-Self.grace), byFinished: true)
  }

  private func unusedAudio(sentBefore old: Date, byFinished finished: Bool) async throws -> [AudioInbox.File] {
    let files = try await Blocking.run { [inbox] in try inbox.files().filter { $0.sent < old } }
    let used = try await library.audioInUse(Array(Set(files.map(\.sha256))), byFinished: finished)
    return files.filter { !used.contains($0.sha256) }
  }

  private func removeAudio(sentBefore old: Date, byFinished finished: Bool) async throws -> Int {
    let unused = try await unusedAudio(sentBefore: old, byFinished: finished)
    try await Blocking.run {
      for file in unused where unlink(file.url.path) != 0 && errno != ENOENT {
        throw CommentBotError(errno: errno, "remove", file.url.path)
      }
    }
    return unused.count
  }
}
