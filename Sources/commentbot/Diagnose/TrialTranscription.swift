import CommentCore
import Foundation
import Whisper

/// Transcribes ``SpeechSample`` and says what an hour of audio will take.
struct TrialTranscription {
  let diagnosis: Diagnosis

  /// Seconds of speech in a window.
  private static let window = 29.0
  /// A full window has some hundred tokens where the sample has a few: a third of its time is theirs (Benchmarks).
  private static let encoderShare = 0.64

  func finding() async throws -> Finding {
    let (home, settings) = (diagnosis.home, diagnosis.settings)
    let transcriber: any Transcriber
    if let service = try await Composition.whisperService(home: home, settings: settings) {
      transcriber = service
    } else {
      transcriber = try await Blocking.run { try Composition.whisperEngine(home: home, settings: settings) }
    }
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "sample.wav")
    let audio = try await Blocking.run {
      try AudioSamples.wav(SpeechSample.samples).write(to: file)
      return try AudioSamples(url: file, key: "diagnose")
    }
    // The first time loads the model.
    let text = try await transcribe(audio, transcriber)
    let start = ContinuousClock.now
    _ = try await transcribe(audio, transcriber)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let heard = text.lowercased()
    let digits = ["one": "1", "two": "2", "three": "3"]
    let missing = SpeechSample.words.filter { !heard.contains($0) && !heard.contains(digits[$0] ?? $0) }
    guard missing.count < 2 else {
      return .failure(
        "\(transcriber.identity.model) heard \(text.debugDescription) where \(SpeechSample.words.joined(separator: ", ")) is said",
        fix: "commentbot models verify    # then: FORCE=1 data/scripts/build-engines.sh")
    }
    return try await told(of: transcriber.identity, text, seconds)
  }

  private func told(of identity: EngineIdentity, _ text: String, _ seconds: Double) async throws -> Finding {
    let hour = 3600 / Self.window * seconds / Self.encoderShare
    let ended =
      "\(identity.model) heard \(text.trimmingCharacters(in: .whitespaces).debugDescription) in \(TimeText.span(seconds))"
    let rate =
      "about \(TimeText.decimal(3600 / hour))× real time; an hour of audio will take about \(TimeText.span(hour))"
    return hour > 3600
      ? .warning("\(ended): \(rate)", fix: "commentbot process --model tiny.en FILE    # for English")
      : .ok("\(ended): \(rate)")
  }

  private func transcribe(_ audio: AudioSamples, _ transcriber: any Transcriber) async throws -> String {
    var text = ""
    var options = TranscriptionOptions()
    options.language = "en"
    for try await event in transcriber.transcribe(audio, options: options, after: []) {
      if case .window(let window) = event { text += window.segments.map(\.text).joined() }
    }
    return text
  }
}
