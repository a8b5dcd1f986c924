import Foundation
import Synchronization

/// The figures that one run gathers on its way through the stages.
struct PipelineRun {
  let input: String
  /// Whose the recording is.
  let owner: String
  /// Of the job that it is done for: without it nothing more is kept.
  let lease: Lease?
  let onEvent: @Sendable (PipelineEvent) -> Void
  let started = Date()
  /// SHA-256 of the source, once it is known.
  var recording: String?
  var report = ProcessReport()

  init(input: String, owner: String, lease: Lease?, onEvent: @escaping @Sendable (PipelineEvent) -> Void) {
    self.input = input
    self.owner = owner
    self.lease = lease
    self.onEvent = onEvent
  }

  /// Runs a stage and adds its wall time to the report.
  mutating func measure<Result: Sendable>(
    _ stage: PipelineEvent.Stage, _ body: () async throws -> Result
  ) async rethrows -> Result {
    onEvent(.stage(stage, detail: nil))
    let clock = ContinuousClock()
    let start = clock.now
    defer { report.timings[stage.rawValue, default: 0] += (clock.now - start) / .seconds(1) }
    return try await body()
  }

  /// Adds the wall time and the tokens of comments to the report, if any are written.
  mutating func measureComments<Result: Sendable>(
    _ body: (@escaping @Sendable (PipelineEvent) -> Void) async throws -> Result
  ) async throws -> Result {
    let (clock, begun, onEvent, tokens) = (ContinuousClock(), StopFlag(), onEvent, TokenCount())
    let start = clock.now
    defer {
      if begun.isSet {
        report.timings[PipelineEvent.Stage.comment.rawValue] = (clock.now - start) / .seconds(1)
        (report.promptTokens, report.outputTokens) = tokens.value
      }
    }
    return try await body { event in
      if case .stage(.comment, _) = event { begun.set() }
      if case .written(_, let prompt, let output) = event { tokens.add(prompt, output) }
      onEvent(event)
    }
  }

  /// Nothing was computed: the whole transcript stems from an earlier run.
  mutating func reuse(_ transcript: Transcript, facts: AudioFacts) {
    report = ProcessReport(reusing: transcript)
    report.filledSeconds = facts.filledSeconds
    report.missingSeconds = facts.missingSeconds
    onEvent(.resumed(seconds: transcript.duration))
  }

  func record(_ outcome: Run.Outcome, error: CommentBotError? = nil) -> Run {
    Run(
      recording: recording, input: input, started: started, finished: Date(), outcome: outcome, error: error,
      report: report)
  }
}

/// Tokens of a run's comments, from any thread.
private final class TokenCount: Sendable {
  private let counts = Mutex((prompt: 0, output: 0))

  var value: (prompt: Int, output: Int) { counts.withLock { $0 } }

  func add(_ prompt: Int, _ output: Int) {
    counts.withLock { $0 = ($0.prompt + prompt, $0.output + output) }
  }
}
