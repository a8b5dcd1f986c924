import ArgumentParser
import CommentCore

/// What `process --dry-run` prints: the work that is left, and how long it may take on this machine.
struct DryRun {
  let pipeline: Pipeline
  let inputs: [Inputs.Input]
  let json: Bool
  let threads: Int

  /// - Throws: the exit status 1 when a file or its comments would fail.
  func run(options: TranscriptionOptions, comments: CommentPlan) async throws {
    var total = DryRunTotal()
    var failures = 0
    for input in inputs {
      var line = DryRunJSON(file: input.argument)
      do {
        if let failure = input.failure { throw failure }
        // Standard input is only known once it is read.
        if let url = input.url {
          let plan = try await pipeline.plan(url, options: options, comments: comments, threads: threads)
          line.take(plan)
          total.add(plan)
        } else {
          total.hasUnknown = true
        }
      } catch let error as CommentBotError where error.code != .cancelled {
        line.error = ProcessJSON.Failure(error)
      }
      if line.error != nil { failures += 1 }
      Console.out(json ? try JSONLine.of(line) : "\(Console.safe(input.argument)): \(line.text)")
    }
    if !json { Console.out(total.text) }
    if failures > 0 { throw ExitStatus.someFailed }
  }
}

/// What `process --dry-run --json` prints for each file on one line. data/doc/PROGRAMS.md documents it: keep both the same.
struct DryRunJSON: Encodable {
  var file: String
  var duration: Double?
  var remaining: Double?
  var transcribeSeconds: Double?
  /// When a time is not from earlier runs on this machine.
  var rough: Bool?
  var kinds: [String]?
  var commentModel: String?
  var commentSeconds: Double?
  var error: ProcessJSON.Failure?

  init(file: String) {
    self.file = file
  }

  mutating func take(_ plan: ProcessPlan) {
    (duration, remaining, transcribeSeconds) = (plan.duration, plan.remaining, plan.transcribeSeconds)
    rough = plan.isRough || plan.areCommentsRough ? true : nil
    (kinds, commentModel, commentSeconds) = (plan.kinds, plan.commentModel, plan.commentSeconds)
    error = plan.commentFailure.map(ProcessJSON.Failure.init)
  }

  /// The same for a person.
  var text: String {
    guard let kinds else {
      return error.map { "would fail: \($0.message)" } ?? "its length is not known before it is read"
    }
    let transcript =
      switch remaining {
      case .some(0): "already transcribed"
      // Of several channels each counts.
      case .some(let seconds) where seconds >= duration ?? .infinity: "\(ClockText.of(seconds)) to transcribe"
      case .some(let seconds): "\(ClockText.of(seconds)) left to transcribe"
      case nil: "to transcribe; its length is not known before it is decoded"
      }
    let failure = error.map { "the comments would fail: \($0.message)" }
    let comments = kinds.isEmpty ? nil : "comments: \(kinds.joined(separator: ", "))"
    return [transcript, failure ?? comments].compactMap(\.self).joined(separator: "; ")
  }
}

/// The work of all files together.
struct DryRunTotal {
  /// Whether the length of a file is not known, so that all figures are the least that is to be expected.
  var hasUnknown = false
  private var remaining = 0.0
  private var transcribeSeconds: Double? = 0
  private var isRough = false
  private var areCommentsRough = false
  private var commentModel: String?
  private var commentSeconds: Double? = 0

  mutating func add(_ plan: ProcessPlan) {
    guard let left = plan.remaining else {
      hasUnknown = true
      if !plan.kinds.isEmpty { commentModel = plan.commentModel }
      return
    }
    remaining += left
    transcribeSeconds = Self.sum(transcribeSeconds, plan.transcribeSeconds)
    isRough = isRough || plan.isRough
    guard !plan.kinds.isEmpty else { return }
    commentModel = plan.commentModel
    areCommentsRough = areCommentsRough || plan.areCommentsRough
    commentSeconds = Self.sum(commentSeconds, plan.commentSeconds)
  }

  var text: String {
    let least = hasUnknown ? "at least " : ""
    var lines = [
      "\(least)\(ClockText.of(remaining)) of audio to transcribe: \(Self.text(transcribeSeconds, least, isRough: isRough))"
    ]
    if let commentModel {
      lines.append("comments by \(commentModel): \(Self.text(commentSeconds, least, isRough: areCommentsRough))")
    }
    return lines.joined(separator: "\n")
  }

  private static func text(_ seconds: Double?, _ least: String, isRough: Bool) -> String {
    guard let seconds else { return "how long that takes is not known yet, no earlier run tells" }
    if seconds == 0 { return "\(least)0 s" }
    let source = isRough ? "a rough figure by the model's name: a first run will tell" : "as measured in earlier runs"
    return "\(least)about \(TimeText.span(seconds)), \(source)"
  }

  /// nil as soon as one of them is.
  private static func sum(_ first: Double?, _ second: Double?) -> Double? {
    first.flatMap { first in second.map { first + $0 } }
  }
}
