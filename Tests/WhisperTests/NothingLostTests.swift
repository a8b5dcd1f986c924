import CommentCore
import Foundation
import Testing
import Whisper

/// Speech where recognisers lose it. One at a time: each computes on all cores.
@Suite(.serialized)
struct NothingLostTests {
  let models: SpeechModels
  let scratch: Scratch

  init() throws {
    models = try SpeechModels()
    scratch = try Scratch()
  }

  private func segments(_ samples: [Int16]) async throws -> [Segment] {
    var options = TranscriptionOptions()
    options.language = "en"
    var segments: [Segment] = []
    for try await event in models.engine().transcribe(try scratch.audio(samples), options: options, after: []) {
      if case .window(let window) = event { segments += window.segments }
    }
    return segments
  }

  private func words(_ samples: [Int16]) async throws -> [String] {
    try await segments(samples).map(\.text).joined().lowercased()
      .components(separatedBy: CharacterSet.alphanumerics.inverted).filter { !$0.isEmpty }
  }

  /// The prompt from its first to its last sample that is louder than -40 dB of its loudest.
  private func bare(_ name: String) throws -> [Int16] {
    let samples = try Speech.prompt(name)
    let loudest = samples.map(\.magnitude).max() ?? 0
    let first = samples.firstIndex { $0.magnitude > loudest / 100 } ?? 0
    let last = samples.lastIndex { $0.magnitude > loudest / 100 } ?? 0
    return Array(samples[first...last])
  }

  @Test func speechFromTheFirstToTheLastSample() async throws {
    let heard = try await words(bare("agent-pass") + Speech.silence(seconds: 5) + bare("vm-msgsaved"))
    #expect(heard.prefix(3) == ["please", "enter", "your"])
    #expect(heard.suffix(3) == ["has", "been", "saved"])
  }

  @Test(arguments: [
    ("vm-goodbye", "goodbye"), ("auth-thankyou", "thank you"), ("conf-lockednow", "the conference is now locked"),
    ("agent-loggedoff", "agent logged off"), ("vm-msgsaved", "your message has been saved"),
  ])
  func filesOfTwoSeconds(name: String, text: String) async throws {
    let samples = try bare(name)
    try #require(samples.count < 2 * Speech.rate)
    #expect(try await words(samples).joined(separator: " ") == text)
  }

  @Test func speechOverNoise() async throws {
    let speech = try bare("demo-congrats").prefix(12 * Speech.rate)
    let power = speech.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(speech.count)
    // 10 dB below the speech; uniform noise of amplitude a has the power a²/3.
    let noise = try Speech.noise(seconds: 12, amplitude: (power / 10 * 3).squareRoot() / 32768)
    let noisy = zip(speech, noise).map { Int16(clamping: Int($0) + Int($1)) }
    let clean = try await words(Array(speech))
    let heard = try await words(noisy)
    try #require(clean.count > 20)
    #expect(heard.count >= clean.count * 9 / 10, "\(heard)")
    #expect(Set(clean).subtracting(heard).count <= clean.count / 10, "\(heard)")
  }

  @Test func speechThirtyDecibelsBelowLoudSpeech() async throws {
    let loud = try Speech.prompt("demo-congrats")
    let quiet = try Speech.prompt("vm-msgsaved").map { $0 / 32 }
    let pause = Speech.silence(seconds: 1)
    let heard = try await words(loud + pause + quiet + pause + loud).joined(separator: " ")
    #expect(heard.contains("your message has been saved"), "\(heard)")
  }

  @Test func speechThatIsQuietAltogether() async throws {
    // Sentences that begin softly, as loud as a recording that was never levelled: peaks at 46 dB below full scale.
    let sentences = [
      "She left her umbrella on the train and had to walk home in the rain.",
      "Nobody noticed that the front door had been open all night.",
      "Please send the signed contract back to us within ten days.",
    ]
    let loud = try sentences.flatMap { try Speech.synthetic($0, voice: "en-us") + Speech.silence(seconds: 8) }
    let peak = Double(loud.map(\.magnitude).max() ?? 1)
    let expected = try await words(loud)
    try #require(expected.count > 30)
    let heard = try await words(loud.map { Int16((Double($0) / peak * 164).rounded()) })
    #expect(heard.count == expected.count, "\(heard)")
    #expect(Set(expected).subtracting(heard).count <= 2, "\(heard)")
  }

  @Test func phrasesThatAreSaidTwice() async throws {
    // Heard in one go, the small model writes each of them once.
    let names = ["dec-list-vol-in", "dec-list-vol-out", "dec-talk-vol-in", "dec-talk-vol-out"]
    let samples = try names.flatMap { try Speech.prompt("confbridge-\($0)") + Speech.silence(seconds: 1.5) }
    let heard = try await words(samples)
    #expect(heard.count { $0 == "decrease" } == 4, "\(heard)")
  }

  @Test func aSentenceThatIsSaidSixTimes() async throws {
    // What looks like a loop of the model may be one of the speaker.
    let sentence = try Speech.prompt("conf-lockednow") + Speech.silence(seconds: 1)
    let heard = try await words(Array(repeatElement(sentence, count: 6).joined()))
    #expect(heard.count { $0 == "conference" } == 6, "\(heard)")
  }
}
