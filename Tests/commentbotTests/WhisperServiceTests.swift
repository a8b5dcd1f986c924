import Foundation
import TestSupport
import Testing

/// OpenAI's and whisper-asr-webservice's endpoints, by the real binary on real sound with the real engine.
@Suite(.serialized) struct WhisperServiceTests {
  static let sentences = "The committee will meet on Monday. It will discuss the budget for the new library."

  @Test func transcriptions_allFormats_holdWhatOpenAIHolds() throws {
    let service = try RunningService()
    let audio = try Speech.make(Self.sentences, at: service.home.file("talk.mp3"))
    let plain = try service.transcribe(audio, "model=whisper-1")
    #expect(plain.status == 200 && plain.headers["content-type"]?.hasPrefix("application/json") == true)
    let text = try plain.json(SpeechJSON.self).text
    #expect(text.contains("Monday") && text.contains("budget") && text == text.trimmingCharacters(in: .whitespaces))

    let verbose = try service.transcribe(audio, "response_format=verbose_json").json(SpeechJSON.self)
    #expect(verbose.text == text && verbose.task == "transcribe" && verbose.language == "english")
    #expect(verbose.words == nil)
    let duration = try #require(verbose.duration)
    #expect(verbose.usage.type == "duration" && verbose.usage.seconds == duration.rounded(.up))
    let segments = try #require(verbose.segments)
    #expect(segments.map(\.text).joined().trimmingCharacters(in: .whitespaces) == text)
    #expect(segments.allSatisfy { $0.start < $0.end && $0.end <= duration && !$0.tokens.isEmpty })

    let diarized = try service.transcribe(audio, "response_format=diarized_json").json(DiarizedJSON.self)
    #expect(diarized.text == text && diarized.duration == duration && diarized.segments.count == segments.count)
    #expect(diarized.segments.allSatisfy { $0.speaker == "A" && $0.type == "transcript.text.segment" })

    let lines = try service.transcribe(audio, "response_format=text")
    #expect(lines.body == text + "\n" && lines.headers["content-type"]?.hasPrefix("text/plain") == true)

    // The files that the command line writes of the same audio.
    _ = try service.home.run("process", "--llm", "none", audio.path)
    for format in ["srt", "vtt"] {
      let written = try service.home.run("export", "talk", "-f", format).out
      #expect(try service.transcribe(audio, "response_format=\(format)").body == written)
      #expect(try service.ask("/asr?output=\(format)", "-F", "audio_file=@\(audio.path)").body == written)
    }
  }

  @Test func transcriptions_granularities_giveWhatWasAskedFor() throws {
    let service = try RunningService()
    let audio = try Speech.make(Self.sentences, at: service.home.file("talk.wav"))
    let format = "response_format=verbose_json"
    let words = try service.transcribe(audio, format, "timestamp_granularities[]=word").json(SpeechJSON.self)
    #expect(words.segments == nil)
    let spoken = try #require(words.words)
    #expect(spoken.map(\.word).joined(separator: " ") == words.text)
    #expect(zip(spoken, spoken.dropFirst()).allSatisfy { $0.start <= $1.start })
    let both = try service.transcribe(
      audio, format, "timestamp_granularities[]=word", "timestamp_granularities[]=segment"
    ).json(SpeechJSON.self)
    #expect(both.words?.isEmpty == false && both.segments?.isEmpty == false)
    let segment = try service.transcribe(audio, format, "timestamp_granularities=segment").json(SpeechJSON.self)
    #expect(segment.words == nil && segment.segments?.isEmpty == false)
  }

  @Test func transcriptions_streamed_deltasJoinedAreTheText() throws {
    let service = try RunningService()
    let audio = try Speech.make(Self.sentences, at: service.home.file("talk.ogg"))
    let text = try service.transcribe(audio).json(SpeechJSON.self).text
    for format in ["json", "diarized_json"] {
      let reply = try service.transcribe(audio, "stream=true", "response_format=\(format)")
      #expect(reply.status == 200 && reply.headers["content-type"]?.hasPrefix("text/event-stream") == true)
      let events = try SpeechEventJSON.all(in: reply.body)
      #expect(events.compactMap(\.delta).joined() == text)
      #expect(events.last?.type == "transcript.text.done" && events.last?.text == text)
      let segments = events.filter { $0.type == "transcript.text.segment" }
      #expect(segments.isEmpty == (format == "json") && segments.allSatisfy { $0.speaker == "A" })
    }
    // Nothing that was sent is kept: there is only the service's own folder, empty.
    #expect(try service.leftovers.count == 1)
    #expect(service.home.results.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: service.home.file("data/audio-cache").path))
  }

  @Test func translations_spanish_areEnglish() throws {
    let service = try RunningService()
    let audio = try Speech.make(
      "Buenos días. Hoy es lunes y vamos a leer un libro en la casa de mi madre. La casa es muy grande.", voice: "es",
      at: service.home.file("charla.m4a"))
    let reply = try service.transcribe(audio, "response_format=verbose_json", path: "/v1/audio/translations")
    let english = try reply.json(SpeechJSON.self)
    #expect(english.task == "translate" && english.language == "english")
    // Which words the small model finds for a synthetic voice varies; which language they are in does not.
    let words = Set(english.text.lowercased().split { !$0.isLetter })
    #expect(words.contains("the") && !words.contains("casa"), "\(english.text)")
    let detected = try service.ask("/detect-language", "-F", "audio_file=@\(audio.path)")
    let language = try detected.json(DetectedJSON.self)
    #expect(language.languageCode == "es" && language.detectedLanguage == "spanish")
    #expect(language.confidence > 0.5 && language.confidence <= 1)
  }

  @Test func asr_rawSamples_areTranscribedAsTheyAre() throws {
    let service = try RunningService()
    let audio = try Speech.make(Self.sentences, at: service.home.file("talk.wav"))
    let raw = try Speech.convert(audio, to: service.home.file("talk.pcm"), ["-f", "s16le", "-ac", "1", "-ar", "16000"])
    let form = "audio_file=@\(raw.path)"
    let reply = try service.ask("/asr?encode=false&output=txt&task=transcribe&language=en", "-F", form)
    #expect(reply.status == 200 && reply.body.contains("budget") && reply.body.hasSuffix("\n"))
    let whole = try service.ask("/asr?output=json&word_timestamps=true", "-F", "audio_file=@\(audio.path)")
    #expect(whole.body.contains("\"words\": [{\"word\": \" The\""))
    #expect(try service.ask("/asr?encode=true", "-F", form).status == 400)
    #expect(try service.ask("/asr?output=docx", "-F", form).status == 400)
  }

  @Test func models_areListed() throws {
    let service = try RunningService()
    let reply = try service.ask("/v1/models", "-H", "Authorization: Bearer anything")
    #expect(reply.body.contains(#""id":"base""#) && reply.body.contains(#""id":"whisper-1""#))
    #expect(try service.ask("/v1/models/base").status == 200)
    #expect(try service.ask("/v1/models/large").status == 404)
    for path in ["/health/live", "/health/ready"] { #expect(try service.ask(path).status == 200) }
  }
}
