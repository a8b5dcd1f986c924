import CommentCore
import Foundation
import Testing
import Whisper

/// One at a time: each computes on all cores.
@Suite(.serialized)
struct WhisperEngineTests {
  let models: SpeechModels
  let scratch: Scratch

  init() throws {
    models = try SpeechModels()
    scratch = try Scratch()
  }

  func windows(
    _ samples: [Int16], options: TranscriptionOptions = TranscriptionOptions(), after: [TranscriptionWindow] = []
  ) async throws -> [TranscriptionWindow] {
    try await windows(scratch.audio(samples), options: options, after: after, engine: models.engine())
  }

  func windows(
    _ audio: AudioSamples, options: TranscriptionOptions, after: [TranscriptionWindow], engine: WhisperEngine
  ) async throws -> [TranscriptionWindow] {
    var result: [TranscriptionWindow] = []
    for try await event in engine.transcribe(audio, options: options, after: after) {
      if case .window(let window) = event { result.append(window) }
    }
    return result
  }

  func text(_ windows: [TranscriptionWindow]) -> String {
    windows.flatMap(\.segments).map(\.text).joined().lowercased()
  }

  /// Tiles the audio; segments in order, within their window, start before end.
  func expectOrder(_ windows: [TranscriptionWindow], duration: Double) {
    var position = 0.0
    for window in windows {
      #expect(window.start == position)
      var last = window.start
      for (index, segment) in window.segments.enumerated() {
        #expect(segment.id == index)
        #expect(segment.start >= last && segment.start < segment.end)
        last = segment.end
      }
      #expect(last <= window.end)
      position = window.end
    }
    #expect(abs(position - duration) < 1e-9)
  }

  @Test func engine_transcribesRecordedSpeech() async throws {
    var samples = Speech.silence(seconds: 3)
    samples += try Speech.prompt("vm-goodbye") + Speech.silence(seconds: 2)
    samples += try Speech.prompt("demo-thanks") + Speech.silence(seconds: 4)
    let windows = try await windows(samples)
    expectOrder(windows, duration: Double(samples.count) / 16_000)
    #expect(text(windows).contains("goodbye"))
    #expect(text(windows).contains("asterisk"))
    let segment = try #require(windows.first?.segments.first)
    #expect(segment.start > 2 && segment.text.hasPrefix(" "))
    #expect(segment.avgLogprob < 0 && segment.avgLogprob > -1.5 && segment.temperature == 0)
    #expect(!segment.tokens.isEmpty && segment.compressionRatio > 0)
    #expect(windows.first?.language == "en")
    #expect(windows.first?.languageProbability ?? 0 > 0.8)
    let dropped = windows.flatMap(\.dropped)
    #expect(dropped.first?.start == 0 && dropped.allSatisfy { $0.reason == .noSpeech })
  }

  @Test(arguments: [
    ("es", "Buenos días. La reunión de mañana empieza a las nueve en la oficina de Madrid.", "madrid"),
    ("fr", "Bonjour à tous. La réunion de demain commence à neuf heures dans le bureau de Paris.", "réunion"),
  ])
  func engine_detectsTheLanguage(language: String, sentence: String, word: String) async throws {
    let windows = try await windows(Speech.synthetic(sentence, voice: language))
    #expect(windows.first?.language == language)
    #expect(text(windows).contains(word))
  }

  @Test func engine_hearsNothingInSilence() async throws {
    let windows = try await windows(Speech.silence(seconds: 70))
    expectOrder(windows, duration: 70)
    #expect(windows.allSatisfy { $0.segments.isEmpty && $0.language == nil })
    #expect(windows.flatMap(\.dropped) == [DroppedSpan(start: 0, end: 70, reason: .noSpeech)])
  }

  @Test func engine_takesEmptyAudio() async throws {
    #expect(try await windows([]).isEmpty)
  }

  @Test func engine_resumesWithTheSameResult() async throws {
    var samples: [Int16] = []
    for _ in 0..<3 { samples += try Speech.prompt("demo-congrats") + Speech.silence(seconds: 1) }
    let whole = try await windows(samples)
    expectOrder(whole, duration: Double(samples.count) / 16_000)
    try #require(whole.count >= 3)
    for count in [1, whole.count - 1] {
      let rest = try await windows(samples, after: Array(whole.prefix(count)))
      #expect(rest == Array(whole.dropFirst(count)))
    }
    #expect(try await windows(samples, after: whole).isEmpty)
  }

  @Test func engine_stopsWhenCancelledAndWorksAgain() async throws {
    var samples: [Int16] = []
    for _ in 0..<12 { samples += try Speech.prompt("demo-congrats") }
    let audio = try scratch.audio(samples)
    let engine = models.engine()
    try await engine.load()
    var seen = 0
    let begin = ContinuousClock.now
    for try await event in engine.transcribe(audio, options: TranscriptionOptions(), after: []) {
      if case .window = event {
        seen += 1
        break
      }
    }
    #expect(seen == 1)
    // The engine does one thing at a time: that it answers soon shows that the other eleven windows were not
    // transcribed.
    let start = ContinuousClock.now
    let short = try scratch.audio(Speech.prompt("vm-goodbye"))
    let windows = try await windows(short, options: TranscriptionOptions(), after: [], engine: engine)
    #expect(text(windows).contains("goodbye"))
    #expect(start.duration(to: .now) < begin.duration(to: start) * 5)
  }

  @Test func engine_givesWordTimes() async throws {
    var options = TranscriptionOptions()
    options.wordTimestamps = true
    options.language = "en"
    let windows = try await windows(Speech.prompt("vm-goodbye") + Speech.silence(seconds: 1), options: options)
    let segment = try #require(windows.first?.segments.first)
    let words = try #require(segment.words)
    #expect(words.map(\.word).joined() == segment.text)
    #expect(words.allSatisfy { $0.start <= $0.end && $0.start >= segment.start && $0.end <= segment.end })
    #expect(words.allSatisfy { (0...1).contains($0.probability) })
    #expect(windows.first?.languageProbability == nil)
  }

  @Test func engine_takesAPromptBeamsAndContext() async throws {
    var options = TranscriptionOptions()
    options.beamSize = 5
    options.initialPrompt = "Asterisk, PBX."
    options.conditionOnPreviousText = true
    let windows = try await windows(Speech.prompt("demo-congrats"), options: options)
    #expect(text(windows).contains("asterisk"))
  }

  @Test func engine_takesHotwordsBesideAPromptThatFillsTheRoom() async throws {
    let speech = try Speech.synthetic("The report was written by Siobhan Nguyen.", voice: "en-us")
    var options = TranscriptionOptions()
    options.language = "en"
    #expect(try await !text(windows(speech, options: options)).contains("siobhan"))
    options.hotwords = " Siobhan Nguyen"
    #expect(try await text(windows(speech, options: options)).contains("siobhan"))
    options.initialPrompt = String(repeating: "This is the report of the committee. ", count: 100)
    #expect(try await text(windows(speech, options: options)).contains("report"))
  }

  @Test func engine_transcribesClipsOnly() async throws {
    var samples = try Speech.prompt("vm-goodbye") + Speech.silence(seconds: 2)
    let start = Double(samples.count) / 16_000
    samples += try Speech.prompt("demo-thanks") + Speech.silence(seconds: 1)
    var options = TranscriptionOptions()
    options.clipTimestamps = [start - 0.5, start + 60]
    let windows = try await windows(samples, options: options)
    expectOrder(windows, duration: Double(samples.count) / 16_000)
    #expect(text(windows).contains("thank you"))
    let dropped = windows.flatMap(\.dropped)
    #expect(dropped.first == DroppedSpan(start: 0, end: start - 0.5, reason: .outsideClips))
    #expect(dropped.dropFirst().allSatisfy { $0.reason == .noSpeech })
    options.clipTimestamps = [0, start - 0.5]
    let first = try await text(self.windows(samples, options: options))
    #expect(first.contains("goodbye") && !first.contains("thank you"))
    // So short that there is nothing to hear.
    options.clipTimestamps = [start + 1, start + 1.01]
    #expect(try await text(self.windows(samples, options: options)).isEmpty)
  }

  @Test func engine_withoutVoiceActivity_leavesOutSilenceAboveTheThreshold() async throws {
    var options = TranscriptionOptions()
    options.vadFilter = false
    options.hallucinationSilenceThreshold = 2
    let windows = try await windows(Speech.silence(seconds: 20) + Speech.prompt("vm-goodbye"), options: options)
    #expect(text(windows).contains("goodbye"))
    let dropped = try #require(windows.first?.dropped.first)
    #expect(dropped.start == 0 && dropped.end > 15 && dropped.reason == .noSpeech)
  }

  @Test func engine_searchesWiderOnlyWhereGreedyIsUnsure() async throws {
    var greedy = TranscriptionOptions()
    greedy.beamSize = 1
    let clear = try Speech.prompt("demo-congrats")
    #expect(try await text(windows(clear)) == text(windows(clear, options: greedy)))

    greedy.language = "fr"
    // Log-probabilities of other temperatures cannot be compared.
    greedy.temperatureIncrement = 0
    var automatic = greedy
    automatic.beamSize = nil
    let foreign = try Speech.synthetic(
      "Le menuisier a fait une étagère. La fontaine de la place est sans eau depuis plusieurs mois.", voice: "fr")
    let before = try #require(try await windows(foreign, options: greedy).first?.segments)
    let after = try #require(try await windows(foreign, options: automatic).first?.segments)
    let mean = { (segments: [Segment]) in segments.map(\.avgLogprob).reduce(0, +) / Double(segments.count) }
    #expect(mean(before) < -0.4, "synthetic French is no longer unsure: the test needs harder speech")
    #expect(mean(after) > mean(before))
  }

  @Test func engine_refusesMoreHotwordsThanThereIsRoomFor() async throws {
    var options = TranscriptionOptions()
    options.hotwords = String(repeating: " Katarzyna", count: 200)
    await #expect {
      try await windows(Speech.prompt("vm-goodbye"), options: options)
    } throws: {
      ($0 as? CommentBotError)?.code == .usage
    }
  }

  @Test func engine_hearsQuietSpeechRightAfterLoudSpeech() async throws {
    let quiet = try Speech.prompt("demo-thanks").map { $0 / 100 }
    let windows = try await windows(Speech.prompt("demo-congrats") + quiet)
    #expect(text(windows).contains("thank you for trying"))
  }

  @Test func engine_inventsNothingInMusic() async throws {
    // Chords, two a second: voice activity detection alone takes some of them for speech, and the model hears "you".
    let rate = Double(Speech.rate)
    let samples = (0..<60 * Speech.rate).map { index -> Int16 in
      let beat = index / (Speech.rate / 2)
      let time = Double(index % (Speech.rate / 2)) / rate
      let chord = (0..<4).reduce(0.0) { sum, voice in
        let note = Double([0, 3, 5, 7, 10, 12, 15][(beat * 5 + voice * 3) % 7])
        let pitch = 220 * exp2(note / 12)
        return sum + (1...3).reduce(0.0) { $0 + sin(2 * .pi * pitch * Double($1) * time) / Double($1) }
      }
      return Int16(chord * exp(-4 * time) * 200)
    }
    var options = TranscriptionOptions()
    options.language = "en"
    let windows = try await windows(samples, options: options)
    #expect(text(windows).isEmpty)
    #expect(windows.flatMap(\.dropped).reduce(0) { $0 + $1.end - $1.start } > 59)
  }

  @Test func engine_withoutVoiceActivityHearsEverything() async throws {
    var options = TranscriptionOptions()
    options.vadFilter = false
    let windows = try await windows(Speech.silence(seconds: 1) + Speech.prompt("vm-goodbye"), options: options)
    #expect(text(windows).contains("goodbye"))
    #expect(windows.flatMap(\.dropped).allSatisfy { $0.reason != .noSpeech })
  }

  @Test func engine_refusesAnUnknownLanguage() async throws {
    var options = TranscriptionOptions()
    options.language = "xx"
    await #expect {
      try await windows(Speech.prompt("vm-goodbye"), options: options)
    } throws: {
      ($0 as? CommentBotError)?.code == .usage
    }
  }

  @Test func engine_saysWhichModelIsMissingOrDamaged() async throws {
    let audio = try scratch.audio(Speech.silence(seconds: 1))
    let absent = scratch.folder.appending(path: "absent.bin")
    let damaged = try scratch.file("damaged.bin", Data(contentsOf: models.whisper).prefix(1_000_000))
    let cases: [(WhisperEngine, CommentBotError.Code)] = [
      (models.engine(whisper: absent), .modelMissing), (models.engine(voiceActivity: absent), .modelMissing),
      (models.engine(whisper: damaged), .modelDamaged), (models.engine(voiceActivity: damaged), .modelDamaged),
    ]
    for (engine, expected) in cases {
      await #expect {
        try await windows(audio, options: TranscriptionOptions(), after: [], engine: engine)
      } throws: {
        ($0 as? CommentBotError)?.code == expected
      }
    }
  }
}
