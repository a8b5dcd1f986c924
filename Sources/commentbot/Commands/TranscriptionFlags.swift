public import ArgumentParser
public import CommentCore
import Foundation
import Whisper

/// openai-whisper's options, by its names and in both spellings. Optional without defaults, so that the environment
/// and the configuration file stay visible underneath.
struct TranscriptionFlags: ParsableArguments {
  @Option(help: "Whisper model: a name from `commentbot models list`, or a ggml file.")
  var model: String?

  @Option(
    name: [.customLong("whisper_url"), .customLong("whisper-url")],
    help: "Whisper service that transcribes, ours or an OpenAI-compatible one, such as http://host:9000.")
  var whisperURL: String?

  @Option(help: "Language of the speech, such as en or Spanish; detected when absent or auto.")
  var language: String?

  @Option(help: "transcribe (in the spoken language) or translate (into English).")
  var task: TranscriptionOptions.Task?

  @Option(help: "Sampling temperature, 0 to 1; 0 is deterministic.")
  var temperature: Double?

  @Option(name: Self.both("temperature_increment_on_fallback"), help: "Added when a window fails; 0 never falls back.")
  var temperatureIncrement: Double?

  @Option(name: Self.both("best_of"), help: "Candidates when the temperature is above 0.")
  var bestOf: Int?

  @Option(
    name: Self.both("beam_size"), help: "Beams at temperature 0; by default 1 (greedy), and 5 where that is unsure.")
  var beamSize: Int?

  @Option(name: Self.both("length_penalty"), help: "Length penalty of beam search.")
  var lengthPenalty: Double?

  @Option(name: Self.both("initial_prompt"), help: "Text given to every window: names, spelling, style.")
  var initialPrompt: String?

  @Option(help: "Words to expect, given to every window too, after the initial prompt.")
  var hotwords: String?

  @Option(help: "File of names and terms, one a line, given to every window like hotwords.", completion: .file())
  var glossary: String?

  @Option(
    name: Self.both("condition_on_previous_text"), help: "True gives each window the text of the one before it.")
  var conditionOnPreviousText: BooleanWord?

  @Option(name: Self.both("compression_ratio_threshold"), help: "A text that repeats itself more than this fails.")
  var compressionRatioThreshold: Double?

  // Unconditional, because a negative number looks like an option.
  @Option(
    name: Self.both("logprob_threshold"), parsing: .unconditional, help: "A text less likely than this fails.")
  var logprobThreshold: Double?

  @Option(name: Self.both("no_speech_threshold"), help: "Above this, and unlikely too, a text counts as silence.")
  var noSpeechThreshold: Double?

  @Option(name: Self.both("word_timestamps"), help: "True adds the times of words.")
  var wordTimestamps: BooleanWord?

  @Option(name: Self.both("vad_filter"), help: "False transcribes silence too.")
  var vadFilter: BooleanWord?

  @Option(
    name: Self.both("clip_timestamps"),
    help: "start,end,start,end,… in seconds: only these clips; without the last end, to the end of the audio.")
  var clipTimestamps: String?

  @Option(
    name: Self.both("hallucination_silence_threshold"),
    help: "With --vad_filter False: silences of more seconds than this are left out.")
  var hallucinationSilenceThreshold: Double?

  @Option(help: "split transcribes each channel by itself, as its own speaker; mix, the default, all of them together.")
  var channels: ChannelsWord?

  @Option(help: "True decides the language for each stretch of speech, for recordings in several.")
  var multilingual: BooleanWord?

  @OptionGroup var engine: EngineFlags

  @Option(help: "Threads; the number of cores when absent, and never more.")
  var threads: Int?

  /// - Throws: ``CommentBotError`` with code `usage` when a value is out of its range.
  func options() throws -> TranscriptionOptions {
    var options = TranscriptionOptions()
    options.language = try language.flatMap { $0 == "auto" ? nil : try LanguageName.code(of: $0) }
    options.task = task ?? options.task
    options.temperature = try Self.check(temperature, "--temperature", in: 0...1) ?? options.temperature
    options.temperatureIncrement =
      try Self.check(temperatureIncrement, "--temperature_increment_on_fallback", in: 0...1)
      ?? options.temperatureIncrement
    options.bestOf = try Self.check(bestOf, "--best_of", in: 1...8) ?? options.bestOf
    options.beamSize = try Self.check(beamSize, "--beam_size", in: 1...8) ?? options.beamSize
    options.lengthPenalty = try Self.check(lengthPenalty, "--length_penalty", in: 0...10)
    options.initialPrompt = initialPrompt
    let terms = [hotwords, try glossary.map(Glossary.read)].compactMap { $0?.trimmingCharacters(in: .whitespaces) }
    options.hotwords = Self.words(terms.filter { !$0.isEmpty }.joined(separator: ", "))
    options.conditionOnPreviousText = conditionOnPreviousText?.value ?? options.conditionOnPreviousText
    options.compressionRatioThreshold = compressionRatioThreshold ?? options.compressionRatioThreshold
    options.logprobThreshold = logprobThreshold ?? options.logprobThreshold
    options.noSpeechThreshold =
      try Self.check(noSpeechThreshold, "--no_speech_threshold", in: 0...1) ?? options.noSpeechThreshold
    options.wordTimestamps = wordTimestamps?.value ?? options.wordTimestamps
    options.vadFilter = vadFilter?.value ?? options.vadFilter
    options.clipTimestamps = try clipTimestamps.flatMap(ClipTimestamps.parse)
    let silence = try Self.check(hallucinationSilenceThreshold, "--hallucination_silence_threshold", in: 0...86_400)
    // Speech detection hears no silence at all: only without it are there silences to leave out.
    options.hallucinationSilenceThreshold = options.vadFilter ? nil : silence
    options.splitChannels = channels == .split ? true : nil
    options.multilingual = try isMultilingual() ? true : nil
    try engine.check()
    _ = try Self.check(threads, "--threads", in: 1...1024)
    return options
  }

  /// What was asked for and has no effect.
  var notices: [String] {
    hallucinationSilenceThreshold != nil && vadFilter?.value != false
      ? ["--hallucination_silence_threshold has no effect without --vad_filter False: no silence is heard"] : []
  }

  private func isMultilingual() throws -> Bool {
    guard multilingual?.value == true else { return false }
    guard language == nil || language == "auto" else {
      throw CommentBotError(
        .usage, "use", "--multilingual True", cause: "--language says that there is one language",
        hint: "leave one of the two out")
    }
    return true
  }

  /// openai-whisper writes `--beam_size`, others `--beam-size`.
  static func both(_ name: String) -> NameSpecification {
    [.customLong(name), .customLong(name.replacing("_", with: "-"))]
  }

  /// As openai-whisper gives text to its tokenizer: with one space before it. nil when there are no words.
  private static func words(_ text: String) -> String? {
    let words = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return words.isEmpty ? nil : " " + words
  }

  private static func check<Value>(_ value: Value?, _ name: String, in range: ClosedRange<Value>) throws -> Value? {
    guard let value, !range.contains(value) else { return value }
    throw CommentBotError(
      .usage, "use", "\(name) \(value)", cause: "it must lie between \(range.lowerBound) and \(range.upperBound)",
      hint: "\(name) \(value < range.lowerBound ? range.lowerBound : range.upperBound)")
  }
}

extension TranscriptionOptions.Task: ExpressibleByArgument {}

/// What to make of several channels.
enum ChannelsWord: String, CaseIterable, ExpressibleByArgument {
  case mix, split
}

/// `True` or `False`, as openai-whisper's command line writes them, and the usual other words.
struct BooleanWord: ExpressibleByArgument {
  var value: Bool

  init(value: Bool) {
    self.value = value
  }

  init?(argument: String) {
    switch argument.lowercased() {
    case "true", "yes", "on", "1": value = true
    case "false", "no", "off", "0": value = false
    default: return nil
    }
  }
}
