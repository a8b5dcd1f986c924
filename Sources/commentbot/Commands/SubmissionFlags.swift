import ArgumentParser
import CommentCore
import Foundation

/// How jobs are to be done.
struct SubmissionFlags: ParsableArguments {
  @OptionGroup(title: "Transcript") var transcription: TranscriptionFlags
  @OptionGroup(title: "Comments") var comments: CommentFlags

  @Option(help: "Higher ones go first: -100 to 100.")
  var priority: Int?

  @Option(name: TranscriptionFlags.both("callback_url"), help: "Address that is told of each job's end.")
  var callbackURL: String?

  /// The options as a request gives them.
  /// - Throws: ``CommentBotError`` with code `usage` when one is wrong, or is none of a job's.
  func fields() throws -> [String: String] {
    let options = try transcription.options()
    try refuseOthers()
    let flags = transcription
    let values: [String: String?] = [
      "model": flags.model, "language": flags.language, "task": flags.task?.rawValue,
      "temperature": flags.temperature.map { "\($0)" },
      "temperature_increment_on_fallback": flags.temperatureIncrement.map { "\($0)" },
      "best_of": flags.bestOf.map { "\($0)" }, "beam_size": flags.beamSize.map { "\($0)" },
      "length_penalty": flags.lengthPenalty.map { "\($0)" }, "initial_prompt": flags.initialPrompt,
      // With what stands in the glossary.
      "hotwords": options.hotwords?.trimmingCharacters(in: .whitespaces),
      "condition_on_previous_text": Self.word(flags.conditionOnPreviousText),
      "compression_ratio_threshold": flags.compressionRatioThreshold.map { "\($0)" },
      "logprob_threshold": flags.logprobThreshold.map { "\($0)" },
      "no_speech_threshold": flags.noSpeechThreshold.map { "\($0)" },
      "word_timestamps": Self.word(flags.wordTimestamps), "vad_filter": Self.word(flags.vadFilter),
      "clip_timestamps": flags.clipTimestamps,
      "hallucination_silence_threshold": flags.hallucinationSilenceThreshold.map { "\($0)" },
      "channels": flags.channels?.rawValue, "multilingual": Self.word(flags.multilingual),
      "kinds": comments.kinds == CommentKind.defaultNames.joined(separator: ",") ? nil : comments.kinds,
      "comment_language": comments.commentLanguage, "instructions": comments.instructions,
      "priority": priority.map { "\($0)" }, "callback_url": callbackURL,
    ]
    return values.compactMapValues(\.self)
  }

  /// What the worker decides, not who submits.
  private func refuseOthers() throws {
    let given = [
      ("--whisper_url", transcription.whisperURL != nil), ("--threads", transcription.threads != nil),
      ("--llm", comments.model.llm != nil), ("--llm_model", comments.model.llmModel != nil),
      ("--think", comments.model.think), ("--keep_alive", comments.model.keepAlive != nil),
      ("--keep_unproven", comments.keepUnproven),
    ]
    guard let name = given.first(where: \.1)?.0 else { return }
    throw CommentBotError(
      .usage, "submit with", name, cause: "a job has no such option: whoever works on it decides that",
      hint: "give it to commentbot worker or serve")
  }

  private static func word(_ value: BooleanWord?) -> String? { value.map { $0.value ? "True" : "False" } }
}
