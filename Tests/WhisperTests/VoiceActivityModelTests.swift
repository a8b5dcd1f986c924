import CommentCore
import Foundation
import Testing

@testable import Whisper

struct VoiceActivityModelTests {
  /// What is looked at in two halves gives what one look gives, also where they meet: at 2 of 5 minutes.
  @Test func activity_inHalves_isThatOfTheWhole() throws {
    let (models, scratch) = (try SpeechModels(), try Scratch())
    var samples: [Int16] = []
    while samples.count < 5 * 60 * 16_000 {
      samples += try Speech.prompt("demo-congrats") + Speech.silence(seconds: 0.7)
    }
    let model = try VoiceActivityModel(url: models.voiceActivity)
    let whole = try model.activity(in: scratch.audio(samples), stop: StopFlag()).probabilities
    // Short enough for one look.
    let first = 1000
    let rest = Array(samples[(first * VoiceActivityModel.frameLength)..<(4 * 60 * 16_000)])
    let part = try model.activity(in: scratch.audio(rest), stop: StopFlag()).probabilities
    #expect(whole.count == (samples.count + 511) / 512)
    // The model first has to find out where it is.
    let known = 100..<part.count - 1
    let isVoice = known.map { (whole[first + $0] >= 0.5, part[$0] >= 0.5) }
    #expect(isVoice.count { $0 != $1 } * 200 < isVoice.count)
    let middle = (2 * 60 * 16_000 / 512 - first) - 20..<(2 * 60 * 16_000 / 512 - first) + 20
    #expect(middle.allSatisfy { abs(whole[first + $0] - part[$0]) < 0.1 })
  }
}
