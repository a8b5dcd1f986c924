import CommentCore
import Foundation
import TestSupport
import Testing

/// `process` with a whisper service, by the real binary on recorded speech.
@Suite(.serialized) struct WhisperURLTests {
  /// What `process --json` prints, as far as the two ways must agree in it.
  private struct Line: Decodable {
    struct Transcript: Decodable {
      struct Segment: Decodable, Equatable {
        struct Word: Decodable, Equatable {
          var word: String
          var start, end, probability: Double
        }
        var id: Int
        var start, end: Double
        var text: String
        var language, speaker: String?
        var avgLogprob, noSpeechProb, compressionRatio: Double
        var words: [Word]?
      }
      var language: String?
      var languageProbability: Double?
      var engine, model, text: String
      var segments: [Segment]
    }
    struct Report: Decodable {
      struct Dropped: Decodable, Equatable {
        var start, end: Double
        var reason: String
        var text: String?
      }
      var dropped: [Dropped]
    }
    var transcript: Transcript
    var report: Report
  }

  /// Away from the threads that other tests need meanwhile.
  private func run(_ home: Installation, _ arguments: [String]) async throws -> CommandResult {
    try await Blocking.run { try home.run(arguments) }
  }

  private func line(_ result: CommandResult) throws -> Line {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Line.self, from: Data(result.out.utf8))
  }

  /// A minute: pauses, speech so quiet that it is made louder, phrases that are heard again, and more windows than one.
  private func talk(_ home: Installation) throws -> URL {
    let folder = URL(filePath: "/usr/share/asterisk/sounds/en_US_f_Allison")
    let quiet = try Speech.convert(
      folder.appending(path: "demo-thanks.wav"), to: home.file("quiet.wav"), ["-af", "volume=-40dB"])
    let twice = ["list-vol-in", "list-vol-out", "talk-vol-in", "talk-vol-out"].map {
      folder.appending(path: "confbridge-dec-\($0).wav")
    }
    return try Speech.join(
      [folder.appending(path: "demo-congrats.wav"), quiet] + twice, at: home.file("talk.wav"))
  }

  /// The talk on one channel, somebody who speaks Spanish on the other.
  private func call(_ home: Installation) throws -> URL {
    let text = "La comisión se reunirá el lunes para hablar del presupuesto de la nueva biblioteca de la ciudad."
    let made = try Speech.make(text, voice: "es", at: home.file("made.wav"))
    let talk = try talk(home)
    let other = try Speech.convert(made, to: home.file("other.wav"), ["-ar", "16000"])
    let call = home.file("call.wav")
    let merged = try Command.run("sox", ["-M", talk.path, other.path, call.path])
    if merged.status != 0 { throw TestFailure(merged.error) }
    return call
  }

  @Test(arguments: [
    ["--channels", "split", "--multilingual", "True", "--initial_prompt", "Asterisk PBX."],
    ["--word_timestamps", "True"],
    ["--language", "en", "--condition_on_previous_text", "True", "--hotwords", "Asterisk", "--beam_size", "2"],
    ["--task", "translate", "--vad_filter", "False"],
  ])
  func process_byTheService_isTheSameAsInThisProcess(options: [String]) async throws {
    let service = try RunningService()
    var home = try Installation()
    let audio = try options.contains("split") ? call(home) : talk(home)
    let command = ["process", "--llm", "none", "--json", audio.path] + options
    let own = try line(await run(home, command))
    if options.contains("split") {
      #expect(own.transcript.segments.contains { $0.speaker == "B" && $0.language == "es" })
      #expect(own.transcript.segments.contains { $0.speaker == "A" && $0.language == "en" })
    }
    #expect(own.transcript.segments.count > 2 && own.transcript.engine == "libwhisper")

    // The machine that asks needs no Whisper model of its own.
    try home.ownModels()
    for name in try FileManager.default.contentsOfDirectory(atPath: home.file("data/models/whisper").path)
    where !name.contains("silero") {
      try FileManager.default.removeItem(at: home.file("data/models/whisper/\(name)"))
    }
    home.environment["WHISPER_URL"] = service.url + "/v1/"
    let plan = try await run(home, ["process", "--dry-run"] + command.dropFirst())
    #expect(
      plan.status == 0 && plan.out.contains("\"remaining\":") && !plan.out.contains("\"remaining\":0"), "\(plan.error)")
    let result = try await run(home, command)
    #expect(result.status == 0, "\(result.error)")
    let remote = try line(result)
    #expect(remote.transcript.segments == own.transcript.segments)
    #expect(remote.report.dropped == own.report.dropped)
    #expect(remote.transcript.text == own.transcript.text && remote.transcript.language == own.transcript.language)
    #expect(remote.transcript.languageProbability == own.transcript.languageProbability)
    #expect(remote.transcript.engine == service.url && remote.transcript.model == "base")
    #expect(try service.leftovers.count == 1)
  }

  @Test func process_serviceCannotBeReached_saysHowToMendIt() async throws {
    var home = try Installation()
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    let url = try ReplayServer.refusingURL()
    let result = try await run(home, ["process", "--whisper-url", url, audio.path])
    #expect(result.status == 69)
    #expect(result.error.contains(url) && result.error.contains("commentbot whisper-service"), "\(result.error)")
    home.environment["WHISPER_URL"] = "http://me:geheim@host"
    for command in [["process", audio.path], ["diagnose"]] {
      let malformed = try await run(home, command)
      #expect(malformed.status == (command.count == 2 ? 78 : 1))
      let text = malformed.error + malformed.out
      #expect(text.contains("http://…@") && !text.contains("geheim"), "\(text)")
    }
  }

  @Test func diagnose_service_isAskedWhenItIsSet() async throws {
    let service = try RunningService()
    var home = try Installation()
    for (url, model, status, text) in [
      (service.url, "base", Int32(0), "✓ the whisper service at \(service.url) answers; its model: base"),
      (service.url, "small", 1, "→ leave --model out"),
      (try ReplayServer.refusingURL(), "base", 1, "→ start it there with `commentbot whisper-service`"),
    ] {
      home.environment["WHISPER_URL"] = url
      home.environment["WHISPER_MODEL"] = model
      let result = try await run(home, ["diagnose"])
      #expect(result.status == status && result.out.contains(text), "\(result.out)")
    }
  }

  @Test func process_keyOfTheEnvironment_arrivesAtTheService() async throws {
    var home = try Installation()
    let server = try ReplayServer { _ in [.reply(#"{"error":{"message":"wrong key"}}"#, status: 401)] }
    home.environment["WHISPER_URL"] = server.url
    home.environment["WHISPER_API_KEY"] = "secret"
    let audio = try Speech.make("Hello.", at: home.file("a.wav"))
    let result = try await run(home, ["process", audio.path])
    #expect(result.status == 70 && result.error.contains("wrong key") && result.error.contains("WHISPER_API_KEY"))
    #expect(!result.error.contains("secret"))
    #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer secret"])
  }
}
