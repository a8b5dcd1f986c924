import CommentCore
import Foundation
import Whisper

/// Transcribes ``SpeechSample`` and says what an hour of audio will take.
struct TrialTranscription {
  let diagnosis: Diagnosis

  /// Seconds of speech in a window.
  private static let window = 29.0
  /// What a full window of a recording takes of the sample's time (Benchmarks, `estimate/run.sh`): the least with clear
  /// speech and pauses, the most where nearly all of it is tried with beams too, because it is hard to understand.
  private static let windowShare = 0.7...2.8
  private static let tries = 2

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
    var trials: [Trial] = []
    for _ in 0..<Self.tries {
      let (start, spent) = (ContinuousClock.now, Self.processorSeconds)
      _ = try await transcribe(audio, transcriber)
      trials.append(
        Trial(
          seconds: (ContinuousClock.now - start) / .seconds(1), processorSeconds: Self.processorSeconds - spent,
          threads: transcriber is WhisperEngine ? settings.threads : nil))
    }
    // Other programs at work only make a trial slower.
    guard let best = trials.min(by: { $0.alone < $1.alone }) else { return .ok("nothing was tried") }
    let heard = text.lowercased()
    let digits = ["one": "1", "two": "2", "three": "3"]
    let missing = SpeechSample.words.filter { !heard.contains($0) && !heard.contains(digits[$0] ?? $0) }
    guard missing.count < 2 else {
      return .failure(
        "\(transcriber.identity.model) heard \(text.debugDescription) where \(SpeechSample.words.joined(separator: ", ")) is said",
        fix: diagnosis.place.renewed(by: "commentbot models verify && FORCE=1 data/scripts/build-engines.sh"))
    }
    return told(of: transcriber.identity, text, best)
  }

  private struct Trial {
    var seconds: Double
    /// What the process had of the processors in that time.
    var processorSeconds: Double
    /// nil where another program transcribes.
    var threads: Int?

    /// Seconds without other programs at work: threads wait for each other, and what one of them loses all lose.
    var alone: Double { threads.map { min(seconds, processorSeconds / Double($0)) } ?? seconds }
    var isDisturbed: Bool { alone < 0.6 * seconds }
  }

  private func told(of identity: EngineIdentity, _ text: String, _ trial: Trial) -> Finding {
    let hour = 3600 / Self.window * trial.alone
    let (quick, slow) = (hour * Self.windowShare.lowerBound, hour * Self.windowShare.upperBound)
    let heard = text.trimmingCharacters(in: .whitespaces).debugDescription
    let alone = trial.isDisturbed ? "once no other programs are at work, " : ""
    let found =
      "\(identity.model) heard \(heard) in \(TimeText.span(trial.seconds)): \(alone)an hour of speech will take "
      + "\(TimeText.span(quick)) to \(TimeText.span(slow)), by how clear it is "
      + "(\(TimeText.decimal(3600 / slow)) to \(TimeText.decimal(3600 / quick))× real time)"
    return quick > 3600
      ? .warning(found, fix: "commentbot process --model tiny.en FILE    # for English") : .ok(found)
  }

  /// What this process has had of the processors.
  private static var processorSeconds: Double {
    // POSIX counts it in millionths of a second.
    Double(clock()) / 1e6
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
