import CommentCore
import Foundation
import TestSupport
import Testing

@testable import Whisper

/// Services that are not CommentBot's: OpenAI's form, and whisper.cpp's server.
@Suite(.serialized) struct OtherServiceTests {
  let scratch: Scratch
  let audio: AudioSamples

  init() throws {
    scratch = try Scratch()
    audio = try scratch.audio(Speech.prompt("demo-congrats"))
  }

  private static let openAI = ReplayServer.Step.reply(
    #"{"object":"list","data":[{"id":"gpt","object":"model"},{"id":"whisper-1","owned_by":"openai"}]}"#)
  private static let whisperCpp = ["Server": "whisper.cpp", "Content-Type": "text/plain"]
  private static let notFound = ReplayServer.Step.reply("File Not Found (/)", status: 404, headers: whisperCpp)

  @Test func openAI_givesSegmentsAndWords_andTheLanguageByName() async throws {
    // What our service answers to those that know nothing of windows has OpenAI's form.
    let verbose = try recording("verbose")
    let service = try RecordedService(models: [Self.openAI]) { _ in [.send(verbose)] }
    let transcriber = try await service.transcriber(service.client(apiKey: "secret"))
    #expect(transcriber.identity == EngineIdentity(engine: service.server.url, model: "whisper-1", digest: ""))
    var options = TranscriptionOptions()
    options.wordTimestamps = true
    options.initialPrompt = "Names:"
    options.hotwords = " Asterisk"
    let windows = try await transcriber.windows(of: audio, options: options)
    #expect(windows.compactMap(\.language) == ["en", "en"] && windows[0].languageProbability == nil)
    let segments = windows[0].segments
    #expect(segments.count == 5 && segments[0].text.hasPrefix(" Congratulations"))
    for segment in segments {
      let words = try #require(segment.words)
      #expect(words.map(\.word).joined() == segment.text)
      #expect(words.allSatisfy { $0.start >= segment.start && $0.end <= segment.end && $0.probability > 0 })
    }
    // The window whose language was asked for is not asked for again.
    let asked = service.server.requests.filter { $0.path == "/v1/audio/transcriptions" }
    #expect(asked.count == 2 && asked[0].headers["authorization"] == "Bearer secret")
    #expect(RecordedService.field("prompt", of: asked[0]) == "Names: Asterisk")
    #expect(RecordedService.field("language", of: asked[0]) == nil)
    #expect(RecordedService.field("language", of: asked[1]) == "en")
    #expect(asked.allSatisfy { RecordedService.question($0) == nil })
  }

  @Test func openAI_withoutALanguage_asksForOne() async throws {
    let service = try RecordedService(models: [Self.openAI]) { _ in [.reply(#"{"segments":[]}"#)] }
    let transcriber = try await service.transcriber()
    let error = await #expect(throws: CommentBotError.self) {
      try await transcriber.windows(of: audio, options: TranscriptionOptions())
    }
    #expect(error?.code == .badReply && error?.hint?.hasPrefix("give the language: --language en") == true)
  }

  @Test func openAI_translation_hasItsOwnPath_andTheLanguageIsDetectedBefore() async throws {
    let spanish = ReplayServer.Step.reply(#"{"language":"spanish","segments":[{"start":0,"end":2,"text":" Hola."}]}"#)
    let english = ReplayServer.Step.reply(#"{"language":"english","segments":[{"start":0,"end":2,"text":" Hello."}]}"#)
    let service = try RecordedService(models: [Self.openAI], other: ["/v1/audio/translations": [english]]) { _ in
      [spanish]
    }
    var options = TranscriptionOptions()
    options.task = .translate
    let windows = try await service.transcriber().windows(of: audio, options: options)
    #expect(windows.flatMap(\.segments).map(\.text) == [" Hello.", " Hello."] && windows[0].language == "es")
  }

  @Test func whisperCpp_tokensAreJoinedToWords_andProbabilitiesVote() async throws {
    let reply = ReplayServer.Step.reply(
      #"""
      {"task":"transcribe","language":"english","duration":20.0,"text":" Please hold.\n","detected_language":"english",
      "language_probabilities":{"en":0.75,"de":0.25},"segments":[{"id":0,"text":" Please hold.","start":1.0,"end":2.5,
      "tokens":[1,2,3,4],"words":[{"word":" Pl","start":1.0,"end":1.2,"t_dtw":-1,"probability":0.5},
      {"word":"ease","start":1.2,"end":1.6,"probability":0.7},{"word":" hold","start":1.6,"end":2.4,"probability":0.9},
      {"word":".","start":2.4,"end":2.5,"probability":0.9}],"temperature":0.0,"avg_logprob":-0.2,"no_speech_prob":0.0}]}
      """#, headers: Self.whisperCpp)
    let service = try RecordedService(models: [Self.notFound]) { _ in [reply] }
    var options = TranscriptionOptions()
    options.wordTimestamps = true
    let windows = try await service.transcriber().windows(of: audio, options: options)
    let segment = try #require(windows[0].segments.first)
    #expect(segment.words?.map(\.word) == [" Please", " hold."] && windows[0].languageProbability == 0.75)
    let asked = service.server.requests.filter { $0.method == "POST" }
    #expect(RecordedService.field("language", of: asked[0]) == "auto")
  }

  @Test func whisperCpp_thatIsLoading_isAskedAgain() async throws {
    let good = ReplayServer.Step.reply(#"{"text":"","segments":[]}"#, headers: Self.whisperCpp)
    let service = try RecordedService(models: [Self.notFound], other: ["/health": [Self.notFound]]) {
      [$0 < 2 ? Self.notFound : good]
    }
    #expect(try await service.transcriber().windows(of: audio).count == 2)
    // Two in vain; and what is silent to the service, though a voice was found, is asked for once more.
    let asked = service.server.requests.count { $0.method == "POST" }
    #expect(asked == 7 && service.pauses.all.count == 2)
  }

  @Test func whisperCpp_underAnotherPath_saysHowToStartIt() async throws {
    let health = ReplayServer.Step.reply(#"{"status":"ok"}"#, headers: Self.whisperCpp)
    let service = try RecordedService(models: [Self.notFound], other: ["/health": [health]]) { _ in [Self.notFound] }
    let transcriber = try await service.transcriber()
    let error = await #expect(throws: CommentBotError.self) { try await transcriber.windows(of: audio) }
    #expect(error?.hint?.contains("--inference-path /v1/audio/transcriptions") == true)
    #expect(service.server.requests.filter { $0.method == "POST" }.count == 1)
  }

  @Test func ours_withoutTheModel_saysWhichItHas() async throws {
    let service = try RecordedService()
    let (client, vad) = (try service.client(), try SpeechModels().voiceActivity)
    let error = await #expect(throws: CommentBotError.self) {
      try await RemoteTranscriber(client, model: "small", vadModel: vad)
    }
    #expect(error?.code == .modelMissing && error?.cause.contains("base") == true)
    #expect(error?.hint?.contains("whisper-service --model small") == true)
  }

  @Test func key_thatIsNotTaken_isToldAtOnce() async throws {
    let service = try RecordedService(models: [.reply(#"{"error":"no key"}"#, status: 401)])
    let error = await #expect(throws: CommentBotError.self) { try await service.transcriber() }
    #expect(error?.code == .serverError && error?.hint == "set WHISPER_API_KEY to a key that it takes")
  }

  @Test func votes_areTheMean_andNamesAloneHaveNoProbability() {
    var votes = LanguageVotes(count: 3)
    #expect(votes.winner == nil)
    let areTaken = [0.9, 0.2, 0.3].map { votes.add(["en": $0, "de": 1 - $0], else: nil) }
    #expect(areTaken == [true, true, true])
    #expect(votes.winner?.code == "de" && abs((votes.winner?.probability ?? 0) - 1.6 / 3) < 1e-9)
    var names = LanguageVotes(count: 3)
    for name in ["es", "en", "es"] { _ = names.add(nil, else: name) }
    #expect(names.winner?.code == "es" && names.winner?.probability == nil)
    let isTaken = names.add(["klingon": 1], else: nil)
    #expect(!isTaken)
  }
}
