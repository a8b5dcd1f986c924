import CWhisper
import CommentCore

/// One call of libwhisper on the samples of a window, at one temperature.
struct DecodingPass {
  let model: WhisperModel
  let threads: Int
  let options: TranscriptionOptions
  let language: Int32
  /// Tokens that the model reads before each chunk.
  let prompt: [whisper_token]
  let temperature: Double
  /// Beams; only at temperature 0.
  let beamSize: Int
  /// Where to begin, in hundredths of a second.
  let offset: Int
  /// Where to end, in hundredths of a second: no chunk begins in the 100 ms before it or later.
  let end: Int
  /// Stops after the first chunk with text.
  let isSingle: Bool
  /// Encodes only what is to be heard instead of always 30 s.
  let isFitted: Bool

  struct Result {
    var chunks: [HeardChunk]
    /// Whether the samples were decoded to their end.
    var isComplete: Bool
  }

  /// - Throws: `CancellationError` when stopped, ``CommentBotError`` with `engine` when libwhisper fails.
  func run(_ sound: HeardSound, monitor: DecodingMonitor) throws -> Result {
    // libwhisper takes no duration for all of the sound.
    guard offset < end else { return Result(chunks: [], isComplete: true) }
    let (state, samples) = try sound.state(for: stateUse)
    // An earlier stop has left its message.
    _ = EngineLog.takeError()
    monitor.begin(isSingle: isSingle, heard: offset..<max(offset, end), isAligned: model.alignsTokens)
    let code = withExtendedLifetime(monitor) {
      prompt.withUnsafeBufferPointer { prompt in
        var parameters = parameters()
        parameters.prompt_tokens = prompt.baseAddress
        parameters.prompt_n_tokens = Int32(prompt.count)
        monitor.attach(to: &parameters)
        return whisper_full_with_state(model.context, state.pointer, parameters, samples, Int32(samples.count))
      }
    }
    if monitor.stop.isSet { throw CancellationError() }
    guard code == 0 else {
      // On -7 libwhisper has freed the state itself.
      if code == -7 { state.forget() }
      throw CommentBotError(
        .engine, "transcribe with", model.path, cause: EngineLog.takeError() ?? "libwhisper failed with \(code)")
    }
    return Result(chunks: chunks(of: state, starts: monitor.chunkStarts), isComplete: monitor.isComplete)
  }

  private var isBeam: Bool { beamSize > 1 && temperature == 0 }

  /// Random numbers must be the same ones for every pass, so that no text depends on what was decoded before it;
  /// libwhisper draws them for beams too unless it was mended. What beams need of memory is not worth keeping.
  private var stateUse: WhisperMemory.Use? {
    if temperature > 0 || isBeam { return nil }
    return fittedContext == nil ? .full : .fitted
  }

  private func parameters() -> whisper_full_params {
    var parameters = whisper_full_default_params(isBeam ? WHISPER_SAMPLING_BEAM_SEARCH : WHISPER_SAMPLING_GREEDY)
    parameters.n_threads = Int32(threads)
    parameters.offset_ms = Int32(offset * 10)
    parameters.duration_ms = Int32((end - offset) * 10)
    if let fittedContext { parameters.audio_ctx = fittedContext }
    parameters.language = whisper_lang_str(language)
    parameters.translate = options.task == .translate
    parameters.print_progress = false
    parameters.print_timestamps = false
    parameters.token_timestamps = options.needsTokenTimes && !model.alignsTokens
    parameters.suppress_nst = true
    parameters.temperature = Float(temperature)
    // The fallback is ours, by openai-whisper's rules: libwhisper's own does not say which temperature gave the text.
    parameters.temperature_inc = 0
    // Out of reach: libwhisper would drop such text without a word; ours reports it.
    parameters.no_speech_thold = 2
    parameters.entropy_thold = -1
    parameters.logprob_thold = -.infinity
    parameters.length_penalty = options.lengthPenalty.map(Float.init) ?? -1
    parameters.greedy.best_of = Int32(temperature > 0 ? min(options.bestOf, Self.maxDecoders) : 1)
    parameters.beam_search.beam_size = Int32(min(beamSize, Self.maxDecoders))
    parameters.no_context = true
    if model.alignsTokens { TokenAlignment.guardShortChunks(&parameters) }
    if !options.conditionOnPreviousText {
      // The prompt before every chunk and room for nothing else.
      parameters.carry_initial_prompt = true
      parameters.n_max_text_ctx = prompt.isEmpty ? 0 : Int32(prompt.count + 1)
    }
    return parameters
  }

  /// Encoder positions of 20 ms: what is to be heard and at least a second of silence, by which the model knows that it
  /// is over; nil for all 30 s.
  private var fittedContext: Int32? {
    let needed = (end - offset) / 2 + 50
    let context = Int32((needed + 255) / 256 * 256)
    return isFitted && context < whisper_n_audio_ctx(model.context) ? context : nil
  }

  /// WHISPER_MAX_DECODERS of libwhisper.
  private static let maxDecoders = 8

  private func chunks(of state: WhisperState, starts: [Int32]) -> [HeardChunk] {
    let count = whisper_full_n_segments_from_state(state.pointer)
    let bounds = starts + [count]
    return zip(bounds, bounds.dropFirst()).filter { $0 < $1 }.map { first, end in
      let tokens = (first..<end).map { index in
        (0..<whisper_full_n_tokens_from_state(state.pointer, index)).map {
          whisper_full_get_token_data_from_state(state.pointer, index, $0)
        }
      }
      return HeardChunk(
        segments: zip(first..<end, tokens).map { segment(of: state, $0, tokens: $1) },
        noSpeechProb: Double(whisper_full_get_segment_no_speech_prob_from_state(state.pointer, first)),
        text: model.text(of: Array(tokens.joined())), temperature: temperature,
        avgLogprob: HeardChunk.avgLogprob(tokens.joined().map { Double($0.plog) }))
    }
  }

  private func segment(of state: WhisperState, _ index: Int32, tokens: [whisper_token_data]) -> HeardChunk.Segment {
    let start = Int(whisper_full_get_segment_t0_from_state(state.pointer, index))
    return HeardChunk.Segment(
      start: start, end: Int(whisper_full_get_segment_t1_from_state(state.pointer, index)),
      text: model.text(of: tokens), tokens: tokens.map { Int($0.id) },
      avgLogprob: HeardChunk.avgLogprob(tokens.map { Double($0.plog) }),
      timed: options.needsTokenTimes ? timed(tokens, from: start) : [],
      tokenLogprobs: options.tokenLogprobs == true ? logprobs(tokens) : nil)
  }

  private func logprobs(_ tokens: [whisper_token_data]) -> [TokenLogprob] {
    tokens.filter { $0.id < model.endOfText }.map { token in
      TokenLogprob(bytes: model.bytes(of: token.id), logprob: Double(token.plog))
    }
  }

  /// The tokens of the text. Where they were aligned, that tells where a token ends, and the next one begins there.
  private func timed(_ tokens: [whisper_token_data], from start: Int) -> [HeardToken] {
    var last = start
    return tokens.filter { $0.id < model.endOfText }.map { token in
      let (start, end) = model.alignsTokens ? (last, Int(token.t_dtw)) : (Int(token.t0), Int(token.t1))
      last = end
      return HeardToken(
        id: Int(token.id), bytes: model.bytes(of: token.id), start: max(0, min(start, end)), end: max(0, end),
        probability: Double(token.p), logprob: Double(token.plog))
    }
  }
}

extension WhisperModel {
  /// The text of the tokens; built from bytes, because characters are split over tokens.
  fileprivate func text(of tokens: [whisper_token_data]) -> String {
    String(decoding: tokens.filter { $0.id < endOfText }.flatMap { bytes(of: $0.id) }, as: UTF8.self)
  }
}
