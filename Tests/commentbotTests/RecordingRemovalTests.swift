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

  /// Its worker has heard all of it, and is about to keep it.
  @Test func remove_whileAWorkerIsAtIt_isForGood() async throws {
    let installation = try Installation()
    let home = Home(root: installation.scratch.url)
    let library = try Library(at: home.database)
    let store = SQLiteJobStore(library)
    let audio = try Speech.make("Anna presented the budget.", at: installation.file("talk.wav"))
    let digest = try FileDigest.sha256(of: audio)
    let order = JobOrder(name: "talk", audioHash: digest.hex, byteCount: digest.byteCount, path: audio.path)
    _ = try await store.submit(JobSubmission(owner: "ann", order: order))
    let claimed = try #require(try await store.claim(by: "w"))
    let removal = RecordingRemoval(home: home, library: library, jobs: store)
    let (kept, tell) = AsyncStream<Void>.makeStream()
    let transcriber = Interrupted {
      for await _ in kept { break }
      let removed = try await removal.remove(digest.hex, owner: "ann")
      #expect(removed.jobs == 1)
    }
    let pipeline = Pipeline(
      home: home, library: library, cache: AudioCache(folder: home.audioCache), transcriber: transcriber,
      languageModel: { nil })
    let error = await #expect(throws: CommentBotError.self) {
      _ = try await pipeline.process(
        audio, sha256: digest.hex, options: TranscriptionOptions(), comments: CommentPlan(kinds: []), owner: "ann",
        lease: claimed.lease, onEvent: { if case .window = $0 { tell.yield() } })
    }
    #expect(error?.code == .notFound)
    #expect(try await library.recording(sha256: digest.hex) == nil)
    #expect(try await library.search("budget").isEmpty)
    #expect(installation.results.isEmpty)
    let isWritten = try await store.finish(claimed.lease, .failed(try #require(error)))
    #expect(!isWritten)
  }

  /// Hears a sentence, and something happens before it is kept.
  private struct Interrupted: Transcriber {
    let identity = EngineIdentity(engine: "stand-in", model: "none", digest: "0")
    let happening: @Sendable () async throws -> Void

    func transcribe(
      _ audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow]
    ) -> AsyncThrowingStream<TranscriptionEvent, any Error> {
      AsyncThrowingStream { stream in
        Task {
          let segment = Segment(id: 0, start: 0, end: 1, text: " Anna presented the budget.")
          let window = TranscriptionWindow(
            start: 0, end: audio.duration, language: "en", languageProbability: 1, segments: [segment], dropped: [])
          stream.yield(.window(window))
          try await happening()
          stream.finish()
        }
      }
    }

    func freeMemory() async {}
  }
}
