import CommentCore
import Foundation
import Testing
import Whisper

/// Two windows at a time.
extension WhisperEngineTests {
  /// One thread decodes the windows in their order, two decode two windows at a time.
  @Test(arguments: [3, 4])
  func engine_hearsTheSameWithAnyNumberOfThreads(prompts: Int) async throws {
    var samples: [Int16] = []
    for _ in 0..<prompts { samples += try Speech.prompt("demo-congrats") + Speech.silence(seconds: 1) }
    let audio = try scratch.audio(samples)
    let one = try await windows(audio, options: TranscriptionOptions(), after: [], engine: models.engine(threads: 1))
    let two = try await windows(audio, options: TranscriptionOptions(), after: [], engine: models.engine(threads: 2))
    try #require(one.count >= prompts)
    #expect(one == two)
  }

  @Test func engine_progress_isInOrderAndEndsWithTheAudio() async throws {
    var samples: [Int16] = []
    for _ in 0..<4 { samples += try Speech.prompt("demo-congrats") + Speech.silence(seconds: 1) }
    let audio = try scratch.audio(samples)
    var seen: [Double] = []
    for try await event in models.engine().transcribe(audio, options: TranscriptionOptions(), after: []) {
      if case .progress(let seconds) = event { seen.append(seconds) }
    }
    #expect(seen == seen.sorted() && seen.count > 8)
    #expect(abs((seen.last ?? 0) - Double(samples.count) / 16_000) < 1e-6)
  }
}
