import CommentCore
import Foundation
import HTTPTypes
import Whisper

/// What a request to OpenAI's audio endpoints asks for, taken from the form's fields.
struct SpeechRequest {
  enum Format: String, CaseIterable {
    case json, text, srt
    case verboseJSON = "verbose_json"
    case vtt
    case diarizedJSON = "diarized_json"
  }

  var options = TranscriptionOptions()
  var format = Format.json
  var hasSegments = true
  var hasWords = false
  var isStream = false
  /// Given by another CommentBot, which has looked for the speech itself and wants one window of it decoded.
  var window: WindowRequest?

  /// - Parameter models: names that a request may give.
  /// - Throws: ``ServiceFailure`` naming the field that is wrong.
  init(_ fields: [String: [String]], task: TranscriptionOptions.Task, models: [String]) throws {
    let fields = Fields(fields)
    if let model = fields["model"], !models.contains(model) {
      throw ServiceFailure(
        .notFound, "the model '\(model)' does not exist here; there is \(models.joined(separator: ", "))",
        param: "model", code: "model_not_found")
    }
    options.task = task
    options.language = try fields["language"].flatMap { try Fields.language($0, param: "language") }
    options.initialPrompt = fields["prompt"]
    options.temperature = try fields.number("temperature", in: 0...1) ?? 0
    format = try fields.word("response_format", of: Format.self) ?? .json
    if task == .translate {
      guard format != .diarizedJSON else {
        throw ServiceFailure(.badRequest, "translations have no diarized_json", param: "response_format")
      }
      if try fields.boolean("stream") == true {
        throw ServiceFailure(.badRequest, "translations are not streamed", param: "stream")
      }
    } else {
      try takeTranscriptionFields(fields)
    }
    options.wordTimestamps = hasWords
    window = try fields[WindowRequest.field].map(Self.window)
  }

  /// What is out of its range could keep the engine busy for ever.
  private static func window(_ json: String) throws -> WindowRequest {
    let request = try? JSONDecoder().decode(WindowRequest.self, from: Data(json.utf8))
    guard let request, (0...1).contains(request.options.temperature),
      request.options.temperatureIncrement == 0 || (0.01...1).contains(request.options.temperatureIncrement),
      (1...8).contains(request.options.bestOf), (1...8).contains(request.options.beamSize ?? 1),
      (0...10).contains(request.options.lengthPenalty ?? 0)
    else {
      throw ServiceFailure(.badRequest, "this is no window that this version decodes", param: WindowRequest.field)
    }
    return request
  }

  private mutating func takeTranscriptionFields(_ fields: Fields) throws {
    let included = fields.list("include")
    if let unknown = included.first(where: { $0 != "logprobs" }) {
      throw ServiceFailure(.badRequest, "'\(unknown)' cannot be included; there is logprobs", param: "include[]")
    }
    if !included.isEmpty {
      guard format == .json else {
        throw ServiceFailure(.badRequest, "logprobs come only with response_format json", param: "include[]")
      }
      options.tokenLogprobs = true
    }
    try Self.checkChunking(fields)
    let granularities = fields.list("timestamp_granularities")
    if let unknown = granularities.first(where: { !["word", "segment"].contains($0) }) {
      throw ServiceFailure(
        .badRequest, "'\(unknown)' is no granularity; there are word and segment", param: "timestamp_granularities[]")
    }
    hasWords = granularities.contains("word")
    hasSegments = granularities.isEmpty || granularities.contains("segment")
    if hasWords, format != .verboseJSON {
      throw ServiceFailure(
        .badRequest, "words have times only with response_format verbose_json", param: "timestamp_granularities[]")
    }
    isStream = try fields.boolean("stream") ?? false
    if isStream, ![.json, .text, .diarizedJSON].contains(format) {
      throw ServiceFailure(.badRequest, "\(format.rawValue) cannot be streamed", param: "stream")
    }
  }
}

extension SpeechRequest {
  /// Speech is found by this service's own detector, whatever the strategy: only what is none is refused.
  private static func checkChunking(_ fields: Fields) throws {
    // As text, as JSON, or as OpenAI's clients send an object: a field for each key.
    let name = "chunking_strategy"
    guard let text = fields[name] ?? fields[name + "[type]"] else { return }
    let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let type = object?["type"] as? String ?? text
    guard ["auto", "server_vad"].contains(type) else {
      throw ServiceFailure(.badRequest, "'\(type)' is no strategy; there are auto and server_vad", param: name)
    }
  }
}

/// Values by name; empty ones count as not given, and a list's name may end with `[]`.
struct Fields {
  private let values: [String: [String]]

  init(_ values: [String: [String]]) {
    self.values = values
  }

  subscript(name: String) -> String? {
    values[name]?.last.flatMap { $0.isEmpty ? nil : $0 }
  }

  func list(_ name: String) -> [String] {
    ((values[name] ?? []) + (values[name + "[]"] ?? [])).flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let text = self[name] else { return nil }
    guard let value = Double(text), range.contains(value) else {
      throw ServiceFailure(
        .badRequest, "'\(text)' is no number from \(range.lowerBound.formatted()) to \(range.upperBound.formatted())",
        param: name)
    }
    return value
  }

  func boolean(_ name: String) throws -> Bool? {
    guard let text = self[name] else { return nil }
    guard let word = BooleanWord(argument: text) else {
      throw ServiceFailure(.badRequest, "'\(text)' is neither true nor false", param: name)
    }
    return word.value
  }

  func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, of type: Word.Type) throws -> Word? {
    guard let text = self[name] else { return nil }
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw ServiceFailure(.badRequest, "'\(text)' is none of \(known)", param: name)
    }
    return word
  }

  /// The code of a language given as code or name; nil for `auto`, as whisper.cpp's clients say it.
  static func language(_ text: String, param: String) throws -> String? {
    if text == "auto" { return nil }
    do {
      return try LanguageName.code(of: text)
    } catch {
      throw ServiceFailure(
        .badRequest, "Whisper knows no language '\(text)'; give a code such as en, or leave it out to have it detected",
        param: param)
    }
  }
}
