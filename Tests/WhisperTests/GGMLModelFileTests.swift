import CommentCore
import Foundation
import Testing
import Whisper

private func code(_ body: () throws -> Void) -> CommentBotError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? CommentBotError)?.code
  }
}

@Test func modelFile_acceptsTheModelsInUse() throws {
  let models = try SpeechModels()
  try GGMLModelFile.checkWhisper(models.whisper)
  try GGMLModelFile.checkVoiceActivity(models.voiceActivity)
}

@Test func modelFile_refusesDamagedWhisperModels() throws {
  let scratch = try Scratch()
  let whole = try Data(contentsOf: SpeechModels().whisper)
  let lengths = [0, 3, 4, 40, 48, 64_000, 64_400, 500_000, 600_000, whole.count / 2, whole.count - 1]
  for length in lengths {
    let url = try scratch.file("model.bin", whole.prefix(length))
    #expect(code { try GGMLModelFile.checkWhisper(url) } == .modelDamaged)
  }
  for place in 0..<56 {
    var damaged = whole
    damaged[place] ^= 0xFF
    let url = try scratch.file("model.bin", damaged)
    #expect(code { try GGMLModelFile.checkWhisper(url) } == .modelDamaged, "byte \(place)")
  }
  let extended = try scratch.file("model.bin", whole + Data(repeating: 7, count: 100))
  #expect(code { try GGMLModelFile.checkWhisper(extended) } == .modelDamaged)
}

@Test func modelFile_refusesDamagedVoiceActivityModels() throws {
  let scratch = try Scratch()
  let whole = try Data(contentsOf: SpeechModels().voiceActivity)
  for length in [0, 5, 20, 100, whole.count / 2, whole.count - 1] {
    let url = try scratch.file("vad.bin", whole.prefix(length))
    #expect(code { try GGMLModelFile.checkVoiceActivity(url) } == .modelDamaged)
  }
  let garbage = try scratch.file("vad.bin", Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 31) }))
  #expect(code { try GGMLModelFile.checkVoiceActivity(garbage) } == .modelDamaged)
}

@Test func modelFile_saysWhenItIsMissing() throws {
  let url = URL(filePath: "/nonexistent/ggml-base.bin")
  #expect(code { try GGMLModelFile.checkWhisper(url) } == .modelMissing)
}
