import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

struct RecordingRemovalTests {
  @Test func remove_keepsTheAudioThatAnotherOwnersJobWaitsFor() async throws {
    let home = try Home(root: Installation().file(""))
    let library = try Library(at: home.database)
    let store = SQLiteJobStore(library)
    let (inbox, scratch) = (AudioInbox(folder: home.inbox), try Scratch())
    let sent = scratch.url.appending(path: "sent.wav")
    try Data("audio".utf8).write(to: sent)
    let sha256 = try FileDigest.sha256(of: sent).hex
    try inbox.take(sent, sha256: sha256, name: "sent.wav")
    let recording = Recording(
      sha256: sha256, name: "sent", path: "/elsewhere/sent.wav", byteCount: 5,
      facts: AudioFacts(container: "wav", codec: "pcm", sampleRate: 8000, channels: 1, duration: 1))
    try await library.save(recording, owner: "ann")
    let order = JobOrder(name: "sent.wav", audioHash: sha256, byteCount: 5)
    for owner in ["ann", "bob"] { _ = try await store.submit(JobSubmission(owner: owner, order: order)) }
    let removal = RecordingRemoval(home: home, library: library, jobs: store)
    let first = try await removal.remove(sha256, owner: "ann")
    #expect((first.jobs, first.audio) == (1, false))
    #expect(FileManager.default.fileExists(atPath: inbox.url(of: sha256, name: "sent.wav").path))
    // The last one takes it along.
    try await library.save(recording, owner: "bob")
    let last = try await removal.remove(sha256, owner: "bob")
    #expect((last.jobs, last.audio) == (1, true))
    #expect(!FileManager.default.fileExists(atPath: inbox.url(of: sha256, name: "sent.wav").path))
  }
}
