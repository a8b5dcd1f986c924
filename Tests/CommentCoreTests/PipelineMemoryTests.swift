import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CommentCore

@Suite struct PipelineMemoryTests {
  /// Hears nothing, and counts how often its memory was asked for.
  private final class Deaf: Transcriber {
    let identity = EngineIdentity(engine: "deaf", model: "none", digest: "0")
    let freed = Mutex(0)

    func transcribe(
      _ audio: AudioSamples, options: TranscriptionOptions, after finished: [TranscriptionWindow]
    ) -> AsyncThrowingStream<TranscriptionEvent, any Error> {
      AsyncThrowingStream { stream in
        let window = TranscriptionWindow(
          start: 0, end: audio.duration, language: nil, languageProbability: nil, segments: [], dropped: [])
        stream.yield(.window(window))
        stream.finish()
      }
    }

    func freeMemory() async { freed.withLock { $0 += 1 } }
  }

  @Test(arguments: [(true, ["summary"], 1), (false, ["summary"], 0), (true, [], 0)])
  func transcriber_givesItsMemoryToTheLanguageModel_whereThereIsNoRoomForBoth(
    isShort: Bool, kinds: [String], times: Int
  ) async throws {
    let files = try AudioTestFiles()
    let talk = try files.ffmpeg(AudioTestFiles.beeps(seconds: 1), to: "talk.wav")
    let home = Home(root: files.folder)
    let deaf = Deaf()
    let pipeline = Pipeline(
      home: home, library: try Library(at: home.database), cache: AudioCache(folder: home.audioCache),
      transcriber: deaf, languageModel: { nil }, isMemoryShort: { isShort })
    _ = try await pipeline.process(
      talk, options: TranscriptionOptions(), comments: CommentPlan(kinds: kinds.map(CommentKind.shipped))
    ) { _ in }
    #expect(deaf.freed.withLock(\.self) == times)
  }
}
