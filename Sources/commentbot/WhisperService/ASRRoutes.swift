import CommentCore
import Foundation
import Hummingbird
import Whisper

/// The protocol of whisper-asr-webservice, which subtitle programs speak.
struct ASRRoutes: RouteSet {
  let desk: TranscriptionDesk

  func add(to router: Router<ServiceContext>) {
    router.post("asr") { request, context in try await transcribe(request, context) }
    router.post("detect-language") { request, context in try await detectLanguage(request, context) }
  }

  private func transcribe(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let place = try desk.queue.reserve()
    let fields = Fields(query: request)
    let (options, format) = try (Self.options(fields), fields.word("output", of: TranscriptFormat.self) ?? .txt)
    let audio = try await audio(of: request, context, fields)
    let transcript = try await desk.transcribe(audio, options, for: context, at: place)
    return SpeechResponse.text(format.render(transcript))
  }

  private func detectLanguage(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let place = try desk.queue.reserve()
    let audio = try await audio(of: request, context, Fields(query: request))
    let found = try await desk.work(for: context, at: place) { try await $0.detectLanguage(of: audio) }
    guard let found else {
      throw ServiceFailure(.unprocessableContent, "there is no speech to hear a language in", code: "no_speech")
    }
    return try SpeechResponse.json(
      Detected(
        detectedLanguage: LanguageName.english(of: found.code) ?? found.code, languageCode: found.code,
        confidence: found.probability))
  }

  /// With `encode=false` the file is samples already.
  private func audio(
    of request: Request, _ context: ServiceContext, _ fields: Fields
  ) async throws -> AudioSamples {
    let isEncoded = try fields.boolean("encode") ?? true
    let upload = try await desk.receive(
      request, context, fileField: "audio_file", reservedBytes: isEncoded ? 0 : AudioSamples.headerBytes)
    return try await desk.samples(of: upload, isEncoded: isEncoded, for: context)
  }

  private static func options(_ fields: Fields) throws -> TranscriptionOptions {
    var options = TranscriptionOptions()
    options.task = try fields.word("task", of: TranscriptionOptions.Task.self) ?? options.task
    options.language = try fields["language"].flatMap { try Fields.language($0, param: "language") }
    options.initialPrompt = fields["initial_prompt"]
    options.vadFilter = try fields.boolean("vad_filter") ?? options.vadFilter
    options.wordTimestamps = try fields.boolean("word_timestamps") ?? options.wordTimestamps
    return options
  }

  private struct Detected: Encodable {
    var detectedLanguage: String
    var languageCode: String
    var confidence: Double
  }
}

extension Fields {
  /// The query's parameters.
  init(query request: Request) {
    var values: [String: [String]] = [:]
    for (name, value) in request.uri.queryParameters { values[String(name), default: []].append(String(value)) }
    self.init(values)
  }
}
