import CommentCore
import Foundation
import Testing
import Whisper

/// Sounds in which nobody speaks, half a minute each, loud and quiet. One at a time: each computes on all cores.
@Suite(.serialized)
struct NothingInventedTests {
  let models: SpeechModels
  let scratch: Scratch

  init() throws {
    models = try SpeechModels()
    scratch = try Scratch()
  }

  enum Sound: CaseIterable {
    case silence, whiteNoise, pinkNoise, hum, clicks, applause, chords

    /// What ffmpeg makes it with, for sixteen thousand samples a second.
    fileprivate var source: String {
      func formula(_ text: String) -> String { "aevalsrc=\(text):s=16000:d=30" }
      func noise(_ color: String) -> String { "anoisesrc=color=\(color):seed=3:r=16000:d=30:a=0.5" }
      return switch self {
      case .silence: formula("0")
      case .whiteNoise: noise("white")
      case .pinkNoise: noise("pink")
      case .hum: formula("'0.3*sin(100*PI*t)+0.15*sin(200*PI*t)+0.1*sin(300*PI*t)+0.06*sin(500*PI*t)'")
      case .clicks: formula("'0.5*lt(mod(t*t*7+t*3,1),0.0004)'")
      // Claps that come at uneven times, swell and fade.
      case .applause:
        noise("white") + ",volume='(0.6+0.4*sin(t*0.9))*exp(-8*mod(t*t*3+t*37,1))':eval=frame"
      // Four tones that change twice a second, and decay.
      case .chords:
        formula(
          "'0.1*exp(-4*mod(t,0.5))*(sin(440*PI*t*(1+floor(mod(t*2,5))/8))+sin(554*PI*t*(1+floor(mod(t*2,3))/6))"
            + "+sin(660*PI*t)+sin(880*PI*t*(1+floor(mod(t*2,4))/12)))'")
      }
    }
  }

  @Test(arguments: Sound.allCases, [1, 100])
  func soundsWithoutSpeechGiveNoWords(sound: Sound, quieter: Int16) async throws {
    let samples = try Speech.made(by: sound.source)
    try #require(samples.count == 30 * Speech.rate)
    try #require(sound == .silence || samples.contains { $0.magnitude > 3000 })
    var options = TranscriptionOptions()
    options.language = "en"
    let audio = try scratch.audio(samples.map { $0 / quieter })
    var end = 0.0
    for try await event in models.engine().transcribe(audio, options: options, after: []) {
      guard case .window(let window) = event else { continue }
      #expect(window.segments.map(\.text) == [])
      end = window.end
    }
    #expect(end == 30)
  }
}
