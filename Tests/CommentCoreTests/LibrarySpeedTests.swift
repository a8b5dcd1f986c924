import CommentCore
import Foundation
import Testing

/// How fast work went here, told from what the library keeps.
struct LibrarySpeedTests {
  private static func identity(_ engine: String, _ model: String) -> EngineIdentity {
    EngineIdentity(engine: engine, model: model, digest: "")
  }

  @Test func transcriptionSpeed_ofTwoModelsOnOneRecording_isToldApart() async throws {
    try await withTemporaryFolder { folder in
      let clock = TestClock()
      let library = try Library(at: folder.appending(path: "library.sqlite"), now: { clock.next() })
      let recording = Recording.make()
      try await library.save(recording)
      for (model, seconds) in [("base", 6.0), ("tiny", 2.0), ("base", 10.0), ("base", 4.0)] {
        let started = clock.next()
        var transcript = Transcript.make(key: "\(model)-\(seconds)")
        transcript.model = model
        try await library.saveTranscript(transcript, of: recording, folder: "talk")
        var run = Run(
          recording: recording.sha256, input: "/in/talk.mp3", started: started, finished: clock.next(),
          outcome: .succeeded)
        run.report.transcribedSeconds = 60
        run.report.timings = ["transcribe": seconds]
        try await library.saveRun(run)
      }
      #expect(try await library.transcriptionSpeed(of: Self.identity("libwhisper", "base")) == 9)
      #expect(try await library.transcriptionSpeed(of: Self.identity("libwhisper", "tiny")) == 30)
      #expect(try await library.transcriptionSpeed(of: Self.identity("libwhisper", "small")) == nil)
      #expect(try await library.transcriptionSpeed(of: Self.identity("service", "base")) == nil)
    }
  }

  @Test func transcriptionSpeed_ofShortRecordings_countsWhatEachCostsAtLeast() async throws {
    try await withTemporaryFolder { folder in
      let clock = TestClock()
      let library = try Library(at: folder.appending(path: "library.sqlite"), now: { clock.next() })
      try await library.save(.make())
      let started = clock.next()
      try await library.saveTranscript(.make(), of: .make(), folder: "talk")
      var run = Run(
        recording: Recording.make().sha256, input: "/in/talk.mp3", started: started, finished: clock.next(),
        outcome: .succeeded)
      run.report.transcribedSeconds = 3
      run.report.timings = ["transcribe": 2]
      try await library.saveRun(run)
      let identity = Self.identity(Transcript.make().engine, Transcript.make().model)
      #expect(try await library.transcriptionSpeed(of: identity) == Library.leastTranscribed / 2)
    }
  }

  @Test func commentingCost_isOfTheSameModelAndKind() async throws {
    try await withLibrary { library in
      try await library.save(.make())
      try await library.saveTranscript(.make(), of: .make(), folder: "talk")
      try await library.saveComments([.make()], transcriptKey: "key")
      let cost = try await library.commentingCost(of: Self.identity("ollama", "qwen"), kind: "summary")
      #expect(abs((cost ?? 0) - 1.5 / 61.25) < 1e-9)
      #expect(try await library.commentingCost(of: Self.identity("ollama", "qwen"), kind: "key-points") == nil)
      #expect(try await library.commentingCost(of: Self.identity("embedded", "qwen"), kind: "summary") == nil)
    }
  }
}
