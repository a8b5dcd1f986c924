public import Foundation

/// What a run would have to do for one file.
public struct ProcessPlan: Sendable {
  /// Seconds of the whole audio; nil when the container does not say.
  public var duration: Double?
  /// Seconds of audio that still have to be transcribed; nil when the length is not known.
  public var remaining: Double?
  /// Wall seconds that this may take; nil when the length is not known or no earlier run tells.
  public var transcribeSeconds: Double?
  /// Kinds of comments that still have to be written.
  public var kinds: [String] = []
  /// Name of the model that would write them.
  public var commentModel: String?
  /// Wall seconds that this may take; nil when the length is not known or no earlier comments tell.
  public var commentSeconds: Double?
  /// Why the comments would fail; the transcript would not.
  public var commentFailure: CommentBotError?
}

extension Pipeline {
  /// Says what ``process(_:isStandardInput:options:kinds:onEvent:)`` would do, without decoding anything.
  /// - Throws: ``CommentBotError`` when the file cannot be opened.
  public func plan(_ file: URL, options: TranscriptionOptions, kinds: [CommentKind]) async throws -> ProcessPlan {
    let source = try await Blocking.run { try SourceFile(reading: file) }
    let key = try TranscriptKey.make(sha256: source.sha256, engine: transcriber.identity, options: options)
    var plan = ProcessPlan()
    if let stored = try await library.transcript(key: key) {
      (plan.duration, plan.remaining) = (stored.transcript.duration, 0)
    } else {
      let duration = try await Blocking.run { try AudioDecoder().expectedDuration(of: file) }
      let done = try await library.windows(of: key).last?.end ?? 0
      (plan.duration, plan.remaining) = (duration, duration.map { max(0, $0 - done) })
    }
    let speed = try await library.transcriptionSpeed(of: transcriber.identity)
    plan.transcribeSeconds = plan.remaining.flatMap { left in left == 0 ? 0 : speed.map { left / $0 } }
    do {
      try await planComments(onTranscript: key, kinds: kinds, in: &plan)
    } catch let error as CommentBotError where error.code != .cancelled {
      plan.commentFailure = error
    }
    return plan
  }

  private func planComments(
    onTranscript key: String, kinds: [CommentKind], in plan: inout ProcessPlan
  ) async throws {
    plan.commentSeconds = 0
    guard let planned = try await languageModel() else { return }
    plan.commentModel = planned.identity.model
    for kind in kinds where try await keptComment(kind, onTranscript: key, by: planned) == nil {
      plan.kinds.append(kind.name)
      let cost = try await library.commentingCost(of: planned.identity, kind: kind.name)
      let seconds = plan.duration.flatMap { duration in cost.map { $0 * duration } }
      plan.commentSeconds = plan.commentSeconds.flatMap { sum in seconds.map { sum + $0 } }
    }
  }
}
