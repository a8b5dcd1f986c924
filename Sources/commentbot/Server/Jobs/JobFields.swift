import ArgumentParser
import CommentCore
import Foundation
import HTTPTypes

/// The options of a job as a request gives them: by the command line's names, and with its ranges and messages.
enum JobFields {
  /// What a request may set. Files, services, keys and threads of this machine are none of its business.
  static let names: Set<String> = [
    "model", "language", "task", "temperature", "temperature_increment_on_fallback", "best_of", "beam_size",
    "length_penalty", "initial_prompt", "hotwords", "condition_on_previous_text", "compression_ratio_threshold",
    "logprob_threshold", "no_speech_threshold", "word_timestamps", "vad_filter", "clip_timestamps",
    "hallucination_silence_threshold", "channels", "multilingual", "kinds", "comment_language", "instructions",
  ]

  private static let commentNames: Set<String> = ["kinds", "comment_language", "instructions"]

  /// - Parameters:
  ///   - fields: values by name; `beam-size` is `beam_size`.
  ///   - home: that of the kinds of comments. Reads their files: blocks.
  /// - Throws: ``ServiceFailure`` with status 422 naming the field.
  static func options(_ fields: [String: String], in home: Home) throws -> JobOptions {
    if fields.isEmpty { return JobOptions() }
    let fields = Dictionary(fields.map { ($0.key.replacing("-", with: "_"), $0.value) }) { $1 }
    for name in fields.keys.sorted() where !names.contains(name) { throw unknown(name) }
    if let model = fields["model"], model.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._\-]{0,99}/#) == nil {
      throw wrong("model", "a model is given by its name, such as base")
    }
    do {
      return try parse(fields, in: home)
    } catch {
      // Which one it was is found by trying each alone.
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        do {
          _ = try parse([name: value], in: home)
        } catch {
          throw wrong(name, message(error))
        }
      }
      throw wrong(nil, message(error))
    }
  }

  private static func parse(_ fields: [String: String], in home: Home) throws -> JobOptions {
    // What is not asked for needs no look at the command line's options, nor at the files of the kinds.
    let spoken = fields.filter { !commentNames.contains($0.key) }
    // The sign of equality keeps a value from being taken for another option.
    let flags =
      try spoken.isEmpty
      ? nil : TranscriptionFlags.parse(spoken.sorted { $0.key < $1.key }.map { "--\($0.key)=\($0.value)" })
    let kinds = try fields["kinds"].map { try CommentFlags.kinds($0, in: CommentKinds(in: home.prompts)).map(\.name) }
    let comments = try CommentaryOptions(language: fields["comment_language"], instructions: fields["instructions"])
    return JobOptions(
      transcription: try flags?.options() ?? TranscriptionOptions(), model: flags?.model,
      kinds: kinds ?? CommentKind.defaultNames, commentLanguage: comments.language,
      instructions: comments.instructions)
  }

  private static func message(_ error: any Error) -> String {
    (error as? CommentBotError).map { "\($0.subject): \($0.cause)" } ?? TranscriptionFlags.message(for: error)
  }

  static func unknown(_ name: String) -> ServiceFailure {
    ServiceFailure(
      .unprocessableContent, "there is no field '\(name)'", param: name, code: "unknown_field",
      hint: "leave it out; the fields are in /openapi.json")
  }

  private static func wrong(_ name: String?, _ message: String) -> ServiceFailure {
    ServiceFailure(.unprocessableContent, message, param: name, code: "wrong_value")
  }
}
