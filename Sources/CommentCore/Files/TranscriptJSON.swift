/// A transcript as JSON text, written as Python's `json.dump` writes it.
struct TranscriptJSON {
  private let transcript: Transcript

  init(_ transcript: Transcript) {
    self.transcript = transcript
  }

  /// `text`, `segments` and `language`, nothing else: what openai-whisper writes. Segments have their `speaker` too
  /// where speakers are told apart.
  var openAIWhisper: String { PythonJSON.object(members { Self.figures(of: $0) + Self.speaker($0.speaker) }).text }

  /// The same, and after it all that CommentBot knows: of segments their `language`, of the whole its `duration`,
  /// `language_probability`, `languages`, `engine`, `model`, `key`, `options` and `dropped`.
  var complete: String {
    var members = members { segment in
      let language = segment.language.map { [("language", PythonJSON.string($0))] } ?? []
      return Self.figures(of: segment) + language + Self.speaker(segment.speaker)
    }
    members += [
      ("duration", .number(transcript.duration)),
      ("language_probability", transcript.languageProbability.map(PythonJSON.number) ?? .null),
      ("languages", transcript.languages.map(Self.json) ?? .null),
      ("engine", .string(transcript.engine)),
      ("model", .string(transcript.model)),
      ("key", .string(transcript.key)),
      ("options", Self.json(transcript.options)),
      (
        "dropped",
        .array(
          transcript.dropped.map { span in
            .object(
              [
                ("start", .number(span.start)), ("end", .number(span.end)), ("reason", .string(span.reason.rawValue)),
              ] + (span.text.map { [("text", .string($0))] } ?? []) + Self.speaker(span.speaker))
          })
      ),
    ]
    return PythonJSON.object(members).text
  }

  private func members(segment: (Segment) -> [(String, PythonJSON)]) -> [(String, PythonJSON)] {
    [
      ("text", .string(transcript.text)),
      ("segments", .array(transcript.segments.map { .object(segment($0)) })),
      ("language", .string(transcript.language)),
    ]
  }

  private static func speaker(_ name: String?) -> [(String, PythonJSON)] {
    name.map { [("speaker", .string($0))] } ?? []
  }

  private static func json(_ languages: [LanguageProbability]) -> PythonJSON {
    .array(
      languages.map { .object([("language", .string($0.language)), ("probability", .number($0.probability))]) })
  }

  private static func figures(of segment: Segment) -> [(String, PythonJSON)] {
    var figures: [(String, PythonJSON)] = [
      ("id", .integer(segment.id)),
      // Frames of 10 ms, as openai-whisper counts; there it is the start of the decoded window.
      ("seek", .integer(Int(exactly: (segment.start * 100).rounded(.toNearestOrEven)) ?? 0)),
      ("start", .number(segment.start)),
      ("end", .number(segment.end)),
      ("text", .string(segment.text)),
      ("tokens", .array(segment.tokens.map(PythonJSON.integer))),
      ("temperature", .number(segment.temperature)),
      ("avg_logprob", .number(segment.avgLogprob)),
      ("compression_ratio", .number(segment.compressionRatio)),
      ("no_speech_prob", .number(segment.noSpeechProb)),
    ]
    if let words = segment.words {
      let words = words.map { word in
        PythonJSON.object([
          ("word", .string(word.word)), ("start", .number(word.start)), ("end", .number(word.end)),
          ("probability", .number(word.probability)),
        ])
      }
      figures.append(("words", .array(words)))
    }
    return figures
  }

  /// The options by openai-whisper's names.
  private static func json(_ options: TranscriptionOptions) -> PythonJSON {
    .object([
      ("task", .string(options.task.rawValue)),
      ("language", options.language.map(PythonJSON.string) ?? .null),
      ("temperature", .number(options.temperature)),
      ("temperature_increment_on_fallback", .number(options.temperatureIncrement)),
      ("best_of", .integer(options.bestOf)),
      ("beam_size", options.beamSize.map(PythonJSON.integer) ?? .null),
      ("length_penalty", options.lengthPenalty.map(PythonJSON.number) ?? .null),
      ("initial_prompt", options.initialPrompt.map(PythonJSON.string) ?? .null),
      ("condition_on_previous_text", .bool(options.conditionOnPreviousText)),
      ("compression_ratio_threshold", .number(options.compressionRatioThreshold)),
      ("logprob_threshold", .number(options.logprobThreshold)),
      ("no_speech_threshold", .number(options.noSpeechThreshold)),
      ("word_timestamps", .bool(options.wordTimestamps)),
      ("vad_filter", .bool(options.vadFilter)),
      ("hotwords", options.hotwords.map(PythonJSON.string) ?? .null),
      ("clip_timestamps", options.clipTimestamps.map { .array($0.map(PythonJSON.number)) } ?? .null),
      (
        "hallucination_silence_threshold", options.hallucinationSilenceThreshold.map(PythonJSON.number) ?? .null
      ),
      ("split_channels", options.splitChannels.map(PythonJSON.bool) ?? .null),
      ("multilingual", options.multilingual.map(PythonJSON.bool) ?? .null),
      ("token_logprobs", options.tokenLogprobs.map(PythonJSON.bool) ?? .null),
    ])
  }
}
